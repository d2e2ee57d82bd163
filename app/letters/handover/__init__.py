"""What a coalition hands over: a letter and who stands behind it, as PDF and as DOCX. Pure: records in, bytes out."""
