"""Grids (类型 方格): cells named by their row and their column, each an ordinary field of the form besides."""
