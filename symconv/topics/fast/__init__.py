"""Fast algorithms as identities: Winograd's short correlations, Toom-Cook and Karatsuba for full convolution."""
