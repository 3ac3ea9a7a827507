"""Other processes of ours: isolated interpreters that are asked in lines of JSON and answer in lines of JSON.

Nothing that is executed crosses a border: no pickles, no source text; what arrives is data of known kinds (``wire``).
"""
