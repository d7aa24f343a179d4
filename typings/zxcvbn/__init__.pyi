"""What is used of zxcvbn."""
