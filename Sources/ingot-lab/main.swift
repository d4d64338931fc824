print("ingot-lab")
