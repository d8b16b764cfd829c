"""Files: a folder claimed by one run, and written whole or not at all."""
