"""Programs that Contor runs for itself in its data folder."""
