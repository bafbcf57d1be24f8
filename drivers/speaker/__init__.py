"""The loudspeaker: prompts read aloud."""
