"""The sources of labeled texts, a module each; `tweetmoji.data.open_source` opens them by name."""
