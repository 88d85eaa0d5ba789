"""Server programs that Contor runs itself, in its data folder."""
