"""The sources of texts, a module each; `tweetmoji.data.open_source` opens them by name."""
