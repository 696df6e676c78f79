from demo.goods.good import Good, Shelf

PANTRY = Shelf("PA", "Pantry", "#ead9c6", (
    Good("Olive oil, 0.5 l", "14.90", "8.70", 4, "bottle", ("#8a9a3c", "#c9a544"), "First pressing, peppery, from Crete."),
    Good("Apple vinegar, 0.5 l", "5.60", "2.90", 3, "bottle", ("#d59a46", "#7d8f3f"), "Unfiltered, from old orchards."),
    Good("Blossom honey, 500 g", "8.90", "5.20", 4, "honey", ("#e6a32e", "#7d5a2a"), "From the roofs of this quarter."),
    Good("Strawberry jam, 230 g", "5.40", "2.60", 5, "jar", ("#c8324a", "#e9c7cd"), "Seventy per cent strawberries."),
    Good("Plum butter, 230 g", "4.90", "2.30", 3, "jar", ("#5c2f4f", "#c9a3be"), "Cooked eight hours, no sugar added."),
    Good("Pickled gherkins, 370 g", "4.20", "2.00", 4, "jar", ("#93a544", "#4f7040"), "Dill, mustard seed, oak leaf."),
    Good("Peeled tomatoes, 400 g", "1.95", "0.95", 11, "tin", ("#c8382b", "#4f8f43"), "San Marzano, in their own juice."),
    Good("Chickpeas, 400 g", "1.75", "0.85", 7, "tin", ("#d9b45c", "#3f7f86"), "Cooked soft, no salt."),
    Good("Penne of durum wheat, 500 g", "2.90", "1.35", 9, "pouch", ("#e9c468", "#2f6f8f"), "Bronze-drawn, slowly dried."),
    Good("Red lentils, 500 g", "3.40", "1.60", 5, "pouch", ("#dd7d43", "#7a4a6f"), "Ten minutes, no soaking."),
    Good("Basmati rice, 1 kg", "5.20", "2.80", 5, "pouch", ("#f0e6cf", "#b5433c"), "Long grain, one year old."),
    Good("Wheat flour 550, 1 kg", "1.80", "0.90", 8, "bag", ("#efe4cf", "#4f7fb0"), "For bread and cake."),
    Good("Porridge oats, 500 g", "2.20", "1.05", 7, "bag", ("#d8b988", "#5f8a4f"), "Coarse flakes."),
    Good("Sea salt with herbs", "6.50", "3.10", 2, "jar", ("#d8dccb", "#7a9a5c"), "Rosemary, thyme, garlic."),
))  # fmt: skip

SWEETS = Shelf("SW", "Sweets", "#efd0dc", (
    Good("Dark chocolate 72 %, 100 g", "3.90", "1.90", 8, "chocolate", ("#7a2f3d", "#d9a441"), "Beans from one farm in Ecuador."),
    Good("Milk chocolate with hazelnut", "3.60", "1.75", 8, "chocolate", ("#3f6f8f", "#e3c38f"), "Whole nuts, roasted here."),
    Good("White chocolate with raspberry", "3.90", "1.95", 4, "chocolate", ("#e6a9ba", "#a8324e"), "Sour and sweet."),
    Good("Box of pralines, 12", "16.90", "8.90", 2, "pralines", ("#fff6ec", "#8e2f4a"), "Twelve kinds, one of each."),
    Good("Butter biscuits, 200 g", "4.60", "2.10", 6, "biscuits", ("#e6bf7c", "#8a5a34"), "With chocolate drops."),
    Good("Oat biscuits, 200 g", "4.40", "2.00", 4, "biscuits", ("#cfa066", "#f0d9a8"), "Crisp at the rim, soft within."),
    Good("Honey sweets, 150 g", "2.90", "1.20", 5, "sweets", ("#e0a02f", "#b5622d"), "For the throat and for the tram."),
    Good("Mint drops, 150 g", "2.90", "1.20", 3, "sweets", ("#7fc0a8", "#3f8f86"), "White centre, green wrapping."),
    Good("Liquorice wheels, 200 g", "3.20", "1.40", 3, "bag", ("#3f3a4a", "#d9a441"), "Soft, not too salty."),
))  # fmt: skip

DRINKS = Shelf("DR", "Coffee, Tea & Drinks", "#c9dfe3", (
    Good("House espresso, 250 g", "8.90", "4.80", 6, "bag", ("#4a342b", "#d9743f"), "Dark roast, cocoa and walnut."),
    Good("Filter roast Ethiopia, 250 g", "10.50", "5.90", 4, "bag", ("#e7d3b4", "#3f7f6f"), "Light roast, bergamot and peach."),
    Good("Green tea Sencha, 100 g", "12.50", "6.40", 2, "carton", ("#8fae62", "#3f6f3f"), "First flush, from Kagoshima."),
    Good("Darjeeling, 100 g", "11.90", "6.10", 2, "carton", ("#c9803f", "#7a3f2f"), "Second flush, muscatel."),
    Good("Herbal tea, 20 bags", "4.90", "2.20", 4, "carton", ("#d6c1dd", "#6f5a9a"), "Lemon balm, mallow, mint."),
    Good("Apple juice, 1 l", "3.40", "1.80", 9, "flask", ("#e3a63c", "#4f8f43"), "Cloudy, from orchards with sheep.", full_tax=True),
    Good("Rhubarb lemonade, 0.33 l", "2.40", "1.10", 11, "flask", ("#ea8f93", "#b5433c"), "Pressed rhubarb, little sugar.", full_tax=True),
    Good("Riesling, dry, 0.75 l", "9.90", "5.60", 4, "wine", ("#7f8f4a", "#d9c25a"), "Slate, green apple.", full_tax=True, minimum_age=16),
    Good("Pinot noir, 0.75 l", "12.90", "7.40", 3, "wine", ("#3d2230", "#8e2f3f"), "Cherry, a little smoke.", full_tax=True, minimum_age=16),
))  # fmt: skip

GIFTS = Shelf("GI", "Home & Gifts", "#d6d3ea", (
    Good("Beeswax candle in a glass", "14.50", "7.20", 1.6, "candle", ("#ecb64a", "#d9e4e6"), "Burns for thirty hours.", full_tax=True),
    Good("Stoneware mug", "18.00", "9.50", 1.4, "mug", ("#7fa0b8", "#e9efe6"), "Thrown two streets from here.", full_tax=True),
    Good("Greeting card, meadow", "3.50", "1.20", 6, "card", ("#fdf8ee", "#d9607a"), "Printed on an old press, with an envelope.", full_tax=True),
    Good("Greeting card, cornflower", "3.50", "1.20", 4, "card", ("#f3f6fb", "#5a78c4"), "The same press, in blue.", full_tax=True),
    Good("Linen tea towel", "12.90", "6.30", 1.2, "towel", ("#e6dcc8", "#b5433c"), "Dries glasses without a thread.", full_tax=True),
    Good("Shop tote bag", "9.50", "4.10", 1.8, "tote", ("#efe3cb", "#4f8f5a"), "Carries eight kilograms and a baguette.", full_tax=True),
    Good("Lavender soap", "5.90", "2.60", 2.2, "soap", ("#b9a5d6", "#fbf6ea"), "Olive oil and Provence.", full_tax=True),
    Good("Rose soap", "5.90", "2.60", 1.8, "soap", ("#e9b1bd", "#fbf6ea"), "Olive oil and petals.", full_tax=True),
    Good("Small vase", "22.00", "11.80", 0.6, "vase", ("#4f8a8b", "#e58a5a"), "For three stems, no more.", full_tax=True),
    Good("Long matches", "4.20", "1.80", 1.5, "matches", ("#c8503f", "#3f3a4a"), "For candles in deep glasses.", full_tax=True),
    Good("Olive wood board", "26.00", "14.50", 0.5, "board", ("#c59a5f", "#8f6a3a"), "Every one has its own grain.", full_tax=True),
    Good("Bunch of seasonal flowers", "11.90", "6.20", 5, "bunch", ("#d9607a", "#e9dcc4"), "Bound fresh each morning."),
))  # fmt: skip
