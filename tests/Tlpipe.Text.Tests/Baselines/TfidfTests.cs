// TF-IDF and logistic regression against a dense computation in NumPy by the formulas of scikit-learn's user guide (sections 6.2.3.4 and 1.1.11).
using Tlpipe.Text.Baselines;

namespace Tlpipe.Text.Tests.Baselines;

public sealed class TfidfTests
{
    private static readonly string[] Texts =
    [
        "Produto muito bom, muito bom mesmo", "péssimo produto, não recomendo", "bom e barato", "entrega péssima; não veio",
        "veio no prazo e é ótimo", "ruim ruim ruim", "recomendo muito, ótimo produto", "não gostei da entrega",
    ];

    [Fact]
    public void Terms_weights_and_values_are_scikit_learn_s()
    {
        var vectorizer = TfidfVectorizer.Fit(Texts, new TfidfOptions());

        var matrix = vectorizer.Transform(Texts);

        Assert.Equal(17, vectorizer.Terms.Count);
        Assert.Equal(["barato", "bom", "da", "entrega", "gostei", "mesmo"], vectorizer.Terms.Take(6));
        AssertClose([2.504077396776, 2.098612288668, 2.504077396776], vectorizer.Weights.Take(3), 1e-12);
        var first = Row(vectorizer, matrix, 0);
        Assert.Equal(4, first.Count);
        AssertClose([0.6271975512, 0.3741880336, 0.6271975512, 0.2706100129], [first["bom"], first["mesmo"], first["muito"], first["produto"]], 1e-10);
    }

    [Fact]
    public void Two_words_are_a_term_and_counts_weigh_by_their_logarithm()
    {
        var vectorizer = TfidfVectorizer.Fit(Texts, new TfidfOptions { NgramRange = [1, 2], SublinearTf = true });

        var row = Row(vectorizer, vectorizer.Transform(Texts), 5);

        Assert.Equal(38, vectorizer.Terms.Count);
        AssertClose([0.7782829228, 0.6279137617], [row["ruim"], row["ruim ruim"]], 1e-10);
    }

    [Theory]
    [InlineData(Analyzer.Word, 1, 1, "A_1 é não-ok; x² 😀 ab", "a_1|não|ok|x²|ab")]
    [InlineData(Analyzer.Word, 2, 3, "um dois três", "um dois|dois três|um dois três")]
    [InlineData(Analyzer.Char, 2, 2, "a  b", "a | b")]
    [InlineData(Analyzer.CharWb, 2, 3, "ab\tc", " a|ab|b | ab|ab | c|c | c ")]
    [InlineData(Analyzer.CharWb, 4, 5, "a", " a ")]
    public void Texts_are_cut_as_scikit_learn_cuts_them(Analyzer analyzer, int shortest, int longest, string text, string expected)
    {
        var terms = new TextAnalyzer(analyzer, shortest, longest, lowercase: true).Terms(text);

        Assert.Equal(expected.Split('|'), terms);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(0.25, 1)]
    public void Terms_of_too_few_texts_are_left_out(double minDf, double maxDf)
    {
        var kept = TfidfVectorizer.Fit(Texts, new TfidfOptions { MinDf = minDf, MaxDf = maxDf }).Terms;

        Assert.Equal(["bom", "entrega", "muito", "não", "produto", "recomendo", "veio", "ótimo"], kept);
    }

    [Fact]
    public void The_most_frequent_terms_are_kept()
    {
        var kept = TfidfVectorizer.Fit(Texts, new TfidfOptions { MaxFeatures = 3, MaxDf = 2 }).Terms;

        // ruim and bom come three times, muito too; não and produto are in three texts.
        Assert.Equal(["bom", "muito", "ruim"], kept);
    }

    [Fact]
    public void Two_classes_have_the_optimum_of_the_dense_computation()
    {
        var (vectorizer, x) = Features();

        var regression = LogisticRegression.Fit(x, [1, 0, 1, 0, 1, 0, 1, 0], 2, new LogisticRegressionOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(17, vectorizer.Terms.Count);
        var logits = regression.Logits(x);
        AssertClose(
            [0.60310235, -0.35197203, 0.49180941, -0.52806861, 0.38488693, -0.42536022, 0.428508, -0.60401122],
            Enumerable.Range(0, 8).Select(row => (double)logits[row, 1] - logits[row, 0]), 1e-7);
        Assert.Equal(-0.03012541, regression.Intercepts[0], 1e-7);
    }

    [Fact]
    public void Balanced_classes_count_the_same()
    {
        var (_, x) = Features();

        var logits = LogisticRegression.Fit(x, [1, 0, 1, 1, 1, 0, 1, 1], 2, new LogisticRegressionOptions(C: 10, ClassWeight: ClassWeight.Balanced), TestContext.Current.CancellationToken).Logits(x);

        AssertClose(
            [2.08287935, -1.56719624, 1.88407372, 1.70509423, 2.05594041, -1.8984938, 1.19213554, 1.61525006],
            Enumerable.Range(0, 8).Select(row => (double)logits[row, 1]), 1e-6);
    }

    [Fact]
    public void Three_classes_have_the_softmax_s_optimum()
    {
        var (_, x) = Features();
        int[] labels = [1, 0, 1, 2, 1, 0, 1, 2];

        var logits = LogisticRegression.Fit(x, labels, 3, new LogisticRegressionOptions(C: 2), TestContext.Current.CancellationToken).Logits(x);

        var losses = labels.Select((label, row) => Math.Log(Enumerable.Range(0, 3).Sum(c => Math.Exp(logits[row, c] - (double)logits[row, label]))));
        AssertClose([0.24803331, 0.68150984, 0.29630423, 0.53822757, 0.33505223, 0.55600779, 0.3366266, 0.50558589], losses, 1e-6);
    }

    private static (TfidfVectorizer Vectorizer, CsrMatrix Values) Features()
    {
        var vectorizer = TfidfVectorizer.Fit(Texts, new TfidfOptions());
        return (vectorizer, vectorizer.Transform(Texts));
    }

    private static Dictionary<string, double> Row(TfidfVectorizer vectorizer, CsrMatrix matrix, int row) =>
        Enumerable.Range(matrix.RowOffsets[row], matrix.RowOffsets[row + 1] - matrix.RowOffsets[row])
            .ToDictionary(i => vectorizer.Terms[matrix.Indices[i]], i => matrix.Values[i]);

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        Assert.Equal(wanted.Count, found.Count);
        for (var i = 0; i < wanted.Count; i++)
            Assert.Equal(wanted[i], found[i], tolerance);
    }
}
