"""Charts of an answer's facts, one kind a file; each is drawn by Plotly and told by a table.

A kind has ``chart(facts, told, ask)``, which gives None where the facts make no picture of it.
"""
