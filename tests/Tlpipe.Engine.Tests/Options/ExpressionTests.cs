// The expression grammar: parsing, answers, and canonical spelling.
using CsCheck;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Tests.Options;

public sealed class ExpressionTests
{
    // The answers of pandas 2 for a row with split = "train", label = None, stars = 4, score = 0.5, kept = True.
    [Theory]
    [InlineData("split == 'train'", true)]
    [InlineData("split != 'train'", false)]
    [InlineData("label != 'train'", true)]
    [InlineData("label == 'train'", false)]
    [InlineData("label == label", false)]
    [InlineData("label < 3", false)]
    [InlineData("label >= 'a'", false)]
    [InlineData("null != 'train'", true)]
    [InlineData("label == null", true)]
    [InlineData("label is missing", true)]
    [InlineData("label != null", false)]
    [InlineData("label is not missing", false)]
    [InlineData("split == null", false)]
    [InlineData("split != null", true)]
    [InlineData("not (split is missing) and stars is not missing", true)]
    [InlineData("label in ['a', null]", true)]
    [InlineData("label in ['a']", false)]
    [InlineData("label not in ['a']", true)]
    [InlineData("stars == 4.0", true)]
    [InlineData("stars == 'four'", false)]
    [InlineData("stars != 'four'", true)]
    [InlineData("stars in [1, 4]", true)]
    [InlineData("stars not in [1, 4]", false)]
    [InlineData("stars in []", false)]
    [InlineData("stars > 3 and stars <= 4", true)]
    [InlineData("score < stars", true)]
    [InlineData("score == 5e-1", true)]
    [InlineData("score > -0.5", true)]
    [InlineData("kept", true)]
    [InlineData("not kept", false)]
    [InlineData("kept == true", true)]
    [InlineData("kept == 1", true)]
    [InlineData("split > 'tra' and split < 'trb'", true)]
    [InlineData("split == 'Train'", false)]
    [InlineData("true or stars < 'x'", true)]
    [InlineData("false and stars < 'x'", false)]
    [InlineData("not split == 'test' and stars == 4", true)]
    [InlineData("kept or kept and false", true)]
    [InlineData("(kept or kept) and false", false)]
    public void It_answers_as_pandas_does(string text, bool answer)
    {
        var row = new Dictionary<string, object?> { ["split"] = "train", ["label"] = null, ["stars"] = 4L, ["score"] = 0.5, ["kept"] = true };

        Assert.Equal(answer, Expression.Parse(text, null).Evaluate(name => row[name]));
    }

    [Theory]
    [InlineData("nan == nan", false)]
    [InlineData("nan != 1", true)]
    [InlineData("nan < 1", false)]
    [InlineData("nan >= nan", false)]
    [InlineData("nan in [1]", false)]
    public void Not_a_number_compares_as_null_does(string text, bool answer) =>
        Assert.Equal(answer, Expression.Parse(text, null).Evaluate(_ => double.NaN));

    [Fact]
    public void Large_whole_numbers_are_told_apart() =>
        Assert.False(Expression.Parse("id == 9007199254740993", null).Evaluate(_ => 9007199254740992L));

    [Fact]
    public void Text_is_ordered_by_code_points() =>
        // U+1F600 is above U+FFFD, although its first UTF-16 unit is below.
        Assert.True(Expression.Parse("text > '\uFFFD'", null).Evaluate(_ => "\U0001F600"));

    [Theory]
    [InlineData("split=='train'", "split == \"train\"")]
    [InlineData("  ( split   ==  \"train\" ) ", "split == \"train\"")]
    [InlineData("((a == 1)) and (b == 2 and (c == 3))", "a == 1 and b == 2 and c == 3")]
    [InlineData("(a == 1 and b == 2) or c", "a == 1 and b == 2 or c")]
    [InlineData("a == 1 and (b == 2 or c)", "a == 1 and (b == 2 or c)")]
    [InlineData("not (a)", "not a")]
    [InlineData("not (a == 1)", "not a == 1")]
    [InlineData("not (a or b)", "not (a or b)")]
    [InlineData("(not a) and b", "not a and b")]
    [InlineData("a in ['x',\"y\" , 1.0, 1e-7, null, true]", "a in [\"x\", \"y\", 1, 1E-07, null, true]")]
    [InlineData("a not  in [ ]", "a not in []")]
    [InlineData("a == 'it\\'s \"so\"'", "a == \"it's \\\"so\\\"\"")]
    [InlineData("a == '\\\\'", "a == \"\\\\\"")]
    [InlineData("a == -5", "a == -5")]
    [InlineData("(a == b) == c", "(a == b) == c")]
    public void What_changes_nothing_does_not_change_the_canonical_text(string text, string canonical)
    {
        var expression = Expression.Parse(text, null);

        Assert.Equal(canonical, expression.ToString());
        Assert.Equal(expression, Expression.Parse(canonical, null));
    }

    [Fact]
    public void Its_names_are_the_columns_that_it_uses() =>
        Assert.Equal(["lang", "split", "stars"], Expression.Parse("split == 'train' and not (stars in [lang, 2] or split == 'x')", null).Names);

    [Theory]
    [InlineData("split = 'train'", 7, "unexpected '='; equality is written ==")]
    [InlineData("a & b", 3, "unexpected '&'; write and")]
    [InlineData("a | b", 3, "unexpected '|'; write or")]
    [InlineData("!a", 1, "unexpected '!'; write not")]
    [InlineData("split ==", 9, "the expression ends too early; a value or a name is missing")]
    [InlineData("", 1, "the expression ends too early; a value or a name is missing")]
    [InlineData("(a == 1", 8, "the expression ends too early; ')' is missing")]
    [InlineData("a == 1)", 7, "unexpected ')'; here belongs the end or a word like and")]
    [InlineData("a == 'x", 6, "the text that begins here has no end; close it with '")]
    [InlineData("a == 1x", 6, "'1x' is not a number; text needs quotes")]
    [InlineData("1 < a < 3", 7, "comparisons cannot be chained; write 'a < b and b < c'")]
    [InlineData("a == True", 6, "'True' is Python's; write true")]
    [InlineData("a == None", 6, "'None' is Python's; write null")]
    [InlineData("a == [1]", 6, "a list can only stand behind 'in'; compare with one value, or use in")]
    [InlineData("a in 1", 6, "unexpected '1'; here belongs '['")]
    [InlineData("a in [1 2]", 9, "unexpected '2'; here belongs ','")]
    [InlineData("a and 'x'", 7, "\"x\" is not a condition; compare it with something")]
    [InlineData("5", 1, "5 is not a condition; compare it with something")]
    [InlineData("a == b c", 8, "unexpected 'c'; here belongs the end or a word like and")]
    [InlineData("a == 'x\\d'", 8, "unknown escape '\\d'; write \\\\ for a backslash")]
    public void A_mistake_is_placed_exactly(string text, int column, string message)
    {
        var problem = Assert.Throws<PipelineException>(() => Expression.Parse(text, new SourceLocation("c.yaml", 4, 1)));

        Assert.Equal($"c.yaml:4:{column}: error TL0206: {message}", problem.Message);
    }

    [Theory]
    [InlineData("stars < 'x'", 7, "column 'stars' holds a number, which '<' cannot compare with text; compare like with like")]
    [InlineData("5 >= split", 3, "column 'split' holds text, which '>=' cannot compare with a number; compare like with like")]
    [InlineData("split and stars == 4", 1, "column 'split' holds text, which is not a condition; compare it with something")]
    public void Values_that_do_not_fit_are_an_error_that_names_the_column(string text, int column, string message)
    {
        var expression = Expression.Parse(text, new SourceLocation("c.yaml", 4, 1));

        var problem = Assert.Throws<PipelineException>(() => expression.Evaluate(name => name == "split" ? "train" : 4L));

        Assert.Equal($"c.yaml:4:{column}: error TL0206: {message}", problem.Message);
    }

    /// <summary>A random condition: its text, and its answer written down for the values of s (text), n (number) and b (truth value), any of them missing.</summary>
    private sealed record Condition(string Text, Func<string?, double?, bool?, bool> Answer);

    // pandas' answers: nothing is equal to, below or above what is missing, everything is unequal to it, and it is in a list that holds null.
    [Fact]
    public void Random_conditions_on_random_rows_answer_as_written_down()
    {
        var word = Gen.OneOfConst("", "a", "b", "á", "\U0001F600", "\uFFFD");
        var number = Gen.OneOfConst(-1.5, 0, 1, 2, 3);
        var ofText = Gen.Select(Gen.OneOfConst("==", "!=", "<", ">="), word).Select((op, w) => new Condition(
            $"s {op} '{w}'", (s, _, _) => s is null ? op == "!=" : Holds(op, CompareCodePoints(s, w))));
        var ofNumber = Gen.Select(Gen.OneOfConst("==", "!=", "<", "<=", ">", ">="), number).Select((op, x) => new Condition(
            FormattableString.Invariant($"n {op} {x}"), (_, n, _) => n is null ? op == "!=" : Holds(op, n.Value.CompareTo(x))));
        var ofList = Gen.Select(number.Array[0, 3], Gen.Bool, Gen.Bool).Select((list, negated, withNull) => new Condition(
            $"n {(negated ? "not in" : "in")} [{string.Join(", ", list.Select(x => FormattableString.Invariant($"{x}")).Concat(withNull ? ["null"] : []))}]",
            (_, n, _) => (n is null ? withNull : list.Contains(n.Value)) != negated));
        var ofTruth = Gen.OneOfConst(
            new Condition("b == true", (_, _, b) => b == true),
            new Condition("b != false", (_, _, b) => b != false));
        var condition = Gen.Recursive<Condition>((depth, inner) => depth > 3
            ? Gen.OneOf(ofText, ofNumber, ofList, ofTruth)
            : Gen.OneOf(
                ofText,
                ofNumber,
                Gen.Select(inner, inner, (x, y) => new Condition($"({x.Text}) and ({y.Text})", (s, n, b) => x.Answer(s, n, b) && y.Answer(s, n, b))),
                Gen.Select(inner, inner, (x, y) => new Condition($"({x.Text}) or ({y.Text})", (s, n, b) => x.Answer(s, n, b) || y.Answer(s, n, b))),
                inner.Select(x => new Condition($"not ({x.Text})", (s, n, b) => !x.Answer(s, n, b)))));
        var row = Gen.Select(Gen.OneOfConst<string?>(null, "", "a", "b", "á", "\U0001F600", "\uFFFD"), number.Nullable(), Gen.Bool.Nullable());

        Gen.Select(condition, row.Array[1, 20]).Sample((random, rows) =>
        {
            var expression = Expression.Parse(random.Text, null);
            foreach (var (s, n, b) in rows)
                Assert.Equal(random.Answer(s, n, b), expression.Evaluate(name => name switch { "s" => s, "n" => n, _ => b }));
        }, iter: 3000);

        static bool Holds(string op, int order) => op switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };

        static int CompareCodePoints(string x, string y) =>
            x.EnumerateRunes().Select(r => r.Value).SequenceEqual(y.EnumerateRunes().Select(r => r.Value)) ? 0
            : x.EnumerateRunes().Zip(y.EnumerateRunes()).Select(p => p.First.Value - p.Second.Value).FirstOrDefault(d => d != 0) is var first && first != 0 ? first
            : x.Length - y.Length;
    }

    [Fact]
    public void Random_expressions_keep_their_answers_when_they_are_spelled_canonically()
    {
        var leaf = Gen.OneOfConst("a", "b == 1", "c != 'x'", "b in [1, 2]", "c not in ['x']", "true", "b <= 2");
        var expression = Gen.Recursive<string>((depth, inner) => depth > 4
            ? leaf
            : Gen.OneOf(
                leaf,
                Gen.Select(inner, inner, (left, right) => $"({left}) and ({right})"),
                Gen.Select(inner, inner, (left, right) => $"({left}) or ({right})"),
                inner.Select(part => $"not ({part})")));

        Gen.Select(expression, Gen.Bool, Gen.Long[0, 3], Gen.OneOfConst("x", "y")).Sample((text, a, b, c) =>
        {
            object Column(string name) => name switch { "a" => a, "b" => b, _ => c };
            var parsed = Expression.Parse(text, null);
            var again = Expression.Parse(parsed.ToString(), null);
            return again.ToString() == parsed.ToString() && again.Evaluate(Column) == parsed.Evaluate(Column);
        });
    }
}
