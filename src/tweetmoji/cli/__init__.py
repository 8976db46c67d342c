"""The command ``tweetmoji``: one small module for each subcommand, which imports its room only when it runs."""

from tweetmoji.cli.app import main

__all__ = ["main"]
