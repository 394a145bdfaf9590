"""Layers: what the units of a layer see of the layer below, and what they hand on."""

from workbook.layers.convolution import Convolution, Picture
from workbook.layers.dense import Dense
from workbook.layers.layer import Layer, Trace, arrays, like, member, product, stacked
from workbook.layers.pools import POOLS, Pool

__all__ = [
    "POOLS",
    "Convolution",
    "Dense",
    "Layer",
    "Picture",
    "Pool",
    "Trace",
    "arrays",
    "like",
    "member",
    "product",
    "stacked",
]
