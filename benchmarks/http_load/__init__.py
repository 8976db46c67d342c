"""What `serving.py` is made of: servers, their processes, load on them, and what is compared with them."""
