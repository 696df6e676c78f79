from demo.goods.good import Good, Shelf

BREAD = Shelf("BR", "Bread & Pastry", "#f3dcb8", (
    Good("Farmhouse sourdough, 1 kg", "6.40", "2.60", 9, "loaf", ("#b9793f", "#f2dfbd"), "Rye and wheat, raised for two days, baked dark."),
    Good("Spelt tin loaf, 750 g", "5.90", "2.45", 6, "tin_loaf", ("#c98d4e", "#fff3d6"), "Soft crumb, a crust of sunflower seeds."),
    Good("Baguette, stone-baked", "2.60", "0.95", 14, "baguette", ("#d9a05b", "#f6e3bf"), "Thin crust, open crumb. Best before supper."),
    Good("Poppy seed roll", "0.75", "0.22", 40, "roll", ("#d79a54", "#efd7ae"), "The Saturday roll, every day."),
    Good("Butter croissant", "1.95", "0.70", 26, "croissant", ("#d8934a", "#f7d9a3"), "Twenty-seven layers, one third of them butter."),
    Good("Lye pretzel", "1.30", "0.40", 20, "pretzel", ("#8e4f27", "#fffaf0"), "Soft belly, thin arms, coarse salt."),
    Good("Cinnamon bun", "2.70", "0.85", 12, "bun", ("#dcae74", "#8f5730"), "Cardamom in the dough, cinnamon in the swirl."),
    Good("Almond tart, slice", "4.20", "1.60", 7, "cake", ("#ecd3a0", "#fbefe0"), "With sour cherries from the jar."),
    Good("Carrot cake, slice", "4.40", "1.65", 7, "cake", ("#c98a4b", "#fff8ea"), "Walnuts, no raisins, cream cheese on top."),
    Good("Raspberry cream slice", "4.60", "1.80", 6, "cake", ("#f4d9c4", "#e58aa0"), "Sponge, raspberries, whipped cream."),
))  # fmt: skip

GARDEN = Shelf("GA", "Fruit & Vegetables", "#d5e6c3", (
    Good("Apples Elstar", "3.49", "1.70", 9, "apple", ("#d2453a", "#f0b64c"), "Crisp and a little sharp, from the next valley.", weighed=True),
    Good("Pears Conference", "3.99", "1.95", 5, "pear", ("#b7b64a", "#e3d886"), "Ripe on the day they lie here.", weighed=True),
    Good("Lemons, unwaxed", "0.80", "0.32", 16, "citrus", ("#f4cf3a", "#f9e480"), "The peel may be used."),
    Good("Oranges for juice", "2.79", "1.30", 7, "citrus", ("#ef9331", "#f9bf66"), "Thin skin, much juice.", weighed=True),
    Good("Bananas", "2.29", "1.15", 8, "banana", ("#f2cf46", "#6d5a2c"), "Fair trade, yellow to spotted.", weighed=True),
    Good("Table grapes, blue", "5.90", "3.10", 3, "grapes", ("#5b4a8a", "#5d9b4c"), "Seedless, from the Palatinate.", weighed=True),
    Good("Vine tomatoes", "4.99", "2.40", 6, "tomato", ("#d8402f", "#4f8f43"), "They smell of the vine.", weighed=True),
    Good("Carrots in the bunch", "2.40", "1.05", 9, "carrot", ("#ec8433", "#5d9b4c"), "With their green: good for pesto."),
    Good("Waxy potatoes", "2.20", "0.95", 8, "potato", ("#d9b26b", "#9c7440"), "Linda, for salad and frying.", weighed=True),
    Good("Brown mushrooms, 250 g", "2.60", "1.25", 8, "mushroom", ("#b88558", "#f3e7d3"), "Firm, closed caps."),
    Good("Butterhead lettuce", "1.90", "0.80", 8, "lettuce", ("#7fb354", "#e8efae"), "Cut this morning."),
    Good("Hokkaido pumpkin", "3.20", "1.35", 4, "pumpkin", ("#e0702c", "#6f8f3e"), "The skin is eaten too."),
    Good("Basil in the pot", "2.80", "1.20", 5, "herb", ("#55a04a", "#c9744a"), "Water from below, sun from the side."),
))  # fmt: skip

DAIRY = Shelf("DA", "Cheese & Dairy", "#f7e7a8", (
    Good("Mountain cheese, 12 months", "27.90", "16.20", 1.4, "wedge", ("#eec25a", "#b5863a"), "Raw milk, nutty, with a few crystals.", weighed=True),
    Good("Young Gouda", "14.90", "8.40", 1.6, "wedge", ("#f3ce5e", "#d9542b"), "Mild and creamy.", weighed=True),
    Good("Brie de Meaux", "24.50", "14.80", 1.0, "wheel", ("#f6eedd", "#f8e5ae"), "Ask us how ripe you would like it.", weighed=True),
    Good("Blue cheese from the Allgäu", "22.90", "13.50", 0.7, "wedge", ("#f0eac9", "#8fa0b4"), "Mellow, not sharp.", weighed=True),
    Good("Goat's cheese roll, 150 g", "4.90", "2.70", 5, "wheel", ("#f2f0e8", "#ffffff"), "Rolled in ash."),
    Good("Hay milk, 1 l", "1.89", "1.10", 22, "milk", ("#e8f1f6", "#5b9bc9"), "3.9 % fat, not homogenised."),
    Good("Natural yoghurt, 500 g", "2.30", "1.25", 12, "cup", ("#fbfbf7", "#6fb0a8"), "Set in the cup."),
    Good("Whipping cream, 200 g", "1.45", "0.80", 10, "cup", ("#fbf8ef", "#d88a9b"), "32 % fat."),
    Good("Farm butter, 250 g", "3.60", "2.20", 11, "butter", ("#f7dd83", "#d9e6ee"), "From soured cream, churned in wood."),
    Good("Free-range eggs, 6", "3.30", "1.95", 13, "egg_box", ("#b9a48b", "#e9c39b"), "From hens with names."),
))  # fmt: skip

COUNTER = Shelf("CO", "Deli Counter", "#f2cfc2", (
    Good("Fennel salami", "32.90", "19.40", 0.9, "sausage", ("#8c3b34", "#c4584f"), "Air-dried, with wild fennel.", weighed=True),
    Good("Smoked ham", "28.50", "16.90", 1.1, "ham", ("#d77a76", "#f3dccf"), "Cold smoke over beech, six weeks.", weighed=True),
    Good("Grill sausages, 4", "5.80", "3.30", 6, "links", ("#b9653d", "#6e3420"), "Marjoram and a little lemon."),
    Good("Kalamata olives", "18.90", "9.80", 1.0, "bowl", ("#5a3d55", "#d9e2d2"), "In oil and oregano.", weighed=True),
    Good("Green olives with lemon", "17.50", "9.10", 0.9, "bowl", ("#9aa645", "#e7dcc2"), "Large, with the stone.", weighed=True),
    Good("Dried tomatoes in oil", "21.90", "11.80", 0.7, "bowl", ("#b23a27", "#e8d3b0"), "Soft enough to eat from the fork.", weighed=True),
    Good("Hummus of the house, 200 g", "4.50", "1.60", 8, "cup", ("#f1e2bf", "#b98a4b"), "Much lemon, much tahini."),
    Good("Potato salad, 400 g", "5.20", "2.00", 6, "bowl", ("#e5cd84", "#8fb1c4"), "With broth and cucumber, no mayonnaise."),
    Good("Sardines in olive oil", "4.80", "2.50", 4, "flat_tin", ("#d9a441", "#4d7f9c"), "Better with every year in the tin."),
))  # fmt: skip
