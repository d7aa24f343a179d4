"""The live floor: what people do at one table at the same time, over websockets."""
