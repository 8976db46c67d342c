"""The fine-tuning loop. Needs torch."""
