"""Continuous convolution: functions as sums of terms, their products and their convolutions, exactly; its derivative."""
