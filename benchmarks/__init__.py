"""Speed and memory, measured as ratios taken in one run; see docs/benchmarks.md."""
