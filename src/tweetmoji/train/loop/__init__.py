"""The fine-tuning loop: texts to token ids, batches, loss, optimizer, checkpoints. Needs torch."""
