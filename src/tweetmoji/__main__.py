"""``python -m tweetmoji`` is ``tweetmoji``."""

from tweetmoji.cli import main

if __name__ == "__main__":
    main()
