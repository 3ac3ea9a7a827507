"""The DFT theorem: circular operators as products of spectra, exactly."""
