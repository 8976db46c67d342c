"""The fine-tuning loop: encoded texts, batches, targets, loss, checkpoints, one network. Needs torch."""
