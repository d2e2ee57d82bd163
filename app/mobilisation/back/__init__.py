"""What comes back of a mailing: reports of mail servers, complaints, what a provider tells."""
