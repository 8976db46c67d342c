"""Distillation: a large teacher's logits, and the student that learns from them. Needs torch."""
