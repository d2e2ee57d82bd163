"""Donations: money for a campaign by Stripe, and books that agree with Stripe's to the cent."""
