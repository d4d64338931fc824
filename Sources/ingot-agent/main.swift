print("ingot-agent")
