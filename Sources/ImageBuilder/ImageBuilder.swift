// ImageBuilder
