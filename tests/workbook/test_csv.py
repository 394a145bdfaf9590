"""Tables in files: what is read, and what is said about a cell that cannot be."""

import csv
import gzip

import numpy as np
import pytest

from workbook import Dataset

FLOWERS = "length,width,kind\n5.1,3.5,rose\n4.9,3,iris\n6.2,2.8,tulip\n5.0,3.1,iris\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="flowers.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_texts_become_one_column_a_class(file):
    data = Dataset.from_csv(file(FLOWERS), "kind")
    assert data.name == "flowers"
    assert data.input_names == ("length", "width")
    assert data.target_names == ("iris", "rose", "tulip")
    assert data.inputs.tolist() == [[5.1, 3.5], [4.9, 3], [6.2, 2.8], [5, 3.1]]
    assert data.labels.tolist() == [1, 0, 2, 0]


def test_spaces_make_no_other_class(file):
    assert Dataset.from_csv(file("a,t\n1,x\n2, x \n3,y\n"), "t").target_names == ("x", "y")


def test_numbers_stay_a_column_wherever_it_stands(file):
    data = Dataset.from_csv(file("a,t,b\n1,2,3\n4,5,6\n"), "t", "mine")
    assert (data.name, data.input_names, data.target_names) == ("mine", ("a", "b"), ("t",))
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1, 3], [4, 6]], [[2], [5]])


def test_several_targets_in_the_order_asked_for(file):
    data = Dataset.from_csv(file("a,t,b\n1,2,3\n4,5,6\n"), ["b", "t"])
    assert (data.target_names, data.targets.tolist()) == (("b", "t"), [[3, 2], [6, 5]])


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa;t\n1,5;-2\n3;0,25\n",
        "a;t\n1.5;-2\n3;0.25\n",
        "a\tt\r\n1.5\t-2\r\n3\t0.25\r\n",
        'a,"t"\n"1.5",-2\n3,0.25',
        " a , t \n 1.5 , -2 \n\n3,25e-2\n\n",
        "a,t\r1.5,-2\r3,0.25\r",
        "\n\na;t\n1.5;-2\n3;.25\n",
    ],
)
def test_ways_of_writing_the_same_table(file, text):
    data = Dataset.from_csv(file(text), "t")
    assert data == Dataset([[1.5], [3]], [[-2], [0.25]], "flowers", None, ("a",), ("t",))


def test_cells_in_quotes(file):
    data = Dataset.from_csv(file('"height, in m";kind\n1,5;"a;b"\n2;"c\r\nd"\n3;"e ""f"""\n'), "kind")
    assert data.input_names == ("height, in m",)
    assert data.target_names == ("a;b", "c\r\nd", 'e "f"')


def test_a_packed_file(file):
    assert Dataset.from_csv(file(gzip.compress(FLOWERS.encode()), "flowers.csv.gz"), "kind").name == "flowers"


def test_what_was_written_is_read(tmp_path):
    """Every float64 comes back, to the last bit."""
    random = np.random.RandomState(2)
    numbers = random.standard_normal((200, 4)) * 10.0 ** random.randint(-200, 200, (200, 4))
    with (tmp_path / "numbers.csv").open("w", newline="") as file:
        csv.writer(file).writerows([list("abct"), *numbers.tolist()])
    data = Dataset.from_csv(tmp_path / "numbers.csv", "t")
    np.testing.assert_array_equal(np.hstack([data.inputs, data.targets]), numbers)


def test_rows_can_be_held_out(file):
    path = file("a,t\n" + "".join(f"{n},{'xyz'[n % 3]}\n" for n in range(30)))
    data = Dataset.from_csv(path, "t", held_out=0.2, seed=3)
    assert data == Dataset.from_csv(path, "t").split(0.2, 3)
    assert data.held_out.targets.sum(0).tolist() == [2, 2, 2]
    assert data.held_out.target_names == ("x", "y", "z")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,t\n1,2,3\n4,Bern,6\n", "column 'b' of .* has 'Bern' in line 3, which is no number. Delete"),
        ("a,b,t\n1,2,3\n4,,6\n", "column 'b' of .* is empty in line 3; fill"),
        ("a,b,t\n1,2,3\n\n4, ,6\n", "column 'b' of .* is empty in line 4; fill"),
        ("a,b,t\n1,2,3\n4,5,\n", "column 't' of .* is empty in line 3"),
        ("a,b,t\n1,2,x\n4,5,\n", "column 't' of .* is empty in line 3"),
        ("a,b,t\n1,2,3\n4,5,x\n", "column 't' of .* has 'x' in line 3"),
        ("a,b,t\n1,nan,3\n", "column 'b' of .* has 'nan' in line 2"),
        ("a,b,t\n1,1e999,3\n", "column 'b' of .* has '1e999' in line 2"),
        ("a,b,t\n1,1_000,3\n", "column 'b' of .* has '1_000' in line 2"),
        ('a,b,t\n1,"1,5",3\n', "column 'b' of .* has '1,5' in line 2"),
        ("a;b;t\n1;1.234,5;3\n", "column 'b' of .* has '1.234,5' in line 2"),
        ("a;b;t\n1,5;1.234;3\n", "writes '1,5' and also '1.234'; use"),
        ("a,b,a,t\n1,2,3,4\n", "two columns called 'a'"),
        (",a,t\n0,2,4\n", "column 1 of .* has no name"),
        ("1,2,3\n4,5,6\n", "must name its columns in the first row, which holds numbers"),
        ("a,b,t\n1,2,3\n4,5\n", "has 2 cells in line 3; the first row names 3"),
        ("a,b,t\n1,2,3,4\n", "has 4 cells in line 2; the first row names 3"),
        ("a,b,t\n", "and has no rows below"),
        ("", "is empty; its first row"),
        ("\n\n", "is empty; its first row"),
        ("t\n1\n2\n", "has no column left for the inputs"),
        ("a,t\n1,x\n2,x\n", "target 't' .* is 'x' in every row"),
        ('a,t\n1,"x\n2,y\n', "is no CSV file from line"),
        ("a,t\n1,é\n".encode("latin-1"), "is not UTF-8: line 2 has the byte 0xe9. Save it again"),
        ("a,t\n1,2\n".encode("utf-16"), "is not UTF-8: line 1"),
    ],
)
def test_what_cannot_be_read(file, text, words):
    with pytest.raises(ValueError, match=words):
        Dataset.from_csv(file(text), "t")


def test_only_a_target_alone_may_be_texts(file):
    with pytest.raises(ValueError, match=r"column 'kind' of .* has 'rose' in line 2"):
        Dataset.from_csv(file(FLOWERS), ("kind", "width"))


def test_the_first_of_several_bad_cells_is_named(file):
    with pytest.raises(ValueError, match=r"column 'a' of .* has 'x' in line 4"):
        Dataset.from_csv(file("a,t\n1,1\n2,2\nx,3\n,4\ny,5\n"), "t")


def test_no_such_file(tmp_path):
    with pytest.raises(ValueError, match=r"none\.csv cannot be read: No such file"):
        Dataset.from_csv(tmp_path / "none.csv", "t")


@pytest.mark.parametrize("target", ["knd", ["length", "knd"]])
def test_no_such_target(file, target):
    with pytest.raises(TypeError, match=r"no column 'knd'\. Did you mean 'kind'\?"):
        Dataset.from_csv(file(FLOWERS), target)


@pytest.mark.parametrize("target", [[], ["kind", "kind"]])
def test_targets_that_name_nothing_or_twice(file, target):
    with pytest.raises(ValueError, match="target must name one column, or several different ones"):
        Dataset.from_csv(file(FLOWERS), target)
