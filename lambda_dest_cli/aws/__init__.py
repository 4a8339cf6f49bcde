"""The only room that talks to AWS. boto3's dictionaries stop at its door: model objects come out."""
