"""The fully connected layer

Every input to every output: the member of the family without spatial axes. Its gradients are products of matrices. Behind it
stands, as a rule, an activation; that h = sigma(W x + b) is the chain of the two is the last page.
"""

import symconv as sc

page = [
    sc.derive(sc.linear(), wrt="x"),
    sc.derive(sc.linear(), wrt="w"),
    sc.derive(sc.linear(), wrt="b"),
    sc.derive(sc.chain(sc.linear(), sc.sigmoid(), sc.sum()), wrt="all"),
]
