// Learning curves in a pipeline: nested subsets, and the drawing.
using System.Globalization;
using System.Xml.Linq;
using Tlpipe.Tables;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class LearningCurveTests
{
    private const string Config = """
        name: tiny
        root: ..
        stages:
          reviews: { uses: synthesize-reviews, with: { rows: 400, seed: 7 } }
          holdout: { uses: select, with: { table: reviews, where: split != "train" } }
          n80:     { uses: select, matrix: { seed: 1..3 }, with: { table: reviews, where: split == "train", sample: 80, random_state: $(matrix.seed) } }
          n40:     { uses: split, matrix: { seed: 1..3 }, with: { table: n80.$(matrix.seed), train_size: 40, stratify: label, random_state: $(matrix.seed) } }
          n20:     { uses: split, matrix: { seed: 1..3 }, with: { table: n40.$(matrix.seed), train_size: 20, stratify: label, random_state: $(matrix.seed) } }
          bag:     { uses: tfidf-classify, matrix: { size: [20, 40, 80], seed: 1..3 }, with: { train: n$(matrix.size).$(matrix.seed), eval: holdout, allow_overlap: text } }
          majority: { uses: majority-classify, matrix: { size: [20, 40, 80], seed: 1..3 }, with: { train: n$(matrix.size).$(matrix.seed), eval: holdout } }
          curve:   { uses: learning-curve, with: { results: [majority.*, bag.*], price_per_label: 2 } }
        """;

    [Fact]
    public void Smaller_sets_are_parts_of_larger_ones_and_the_curve_has_each_mean_with_its_interval()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Config);

        experiment.Run();

        foreach (var seed in new[] { "1", "2", "3" })
        {
            var (small, middle) = (Rows(experiment, $"n20.{seed}", "train"), Rows(experiment, $"n40.{seed}", "train"));
            Assert.Equal((20, 40), (small.Count, middle.Count));
            Assert.Subset(middle, small);
            Assert.Subset(Rows(experiment, $"n80.{seed}", "table"), middle);
        }
        var lines = File.ReadAllLines(experiment["outputs", "tiny", "curve", "curve", "curve.csv"])[1..].Select(line => line.Split(',')).ToList();
        Assert.Equal(["majority", "majority", "majority", "bag", "bag", "bag"], lines.Select(line => line[0].Trim('"')));
        Assert.Equal(["20", "40", "80", "20", "40", "80"], lines.Select(line => line[1]));
        double[] accuracies = [.. new[] { 1, 2, 3 }.Select(seed => Accuracy(experiment, $"bag.40-{seed}"))];
        var deviation = Math.Sqrt(accuracies.Sum(x => Math.Pow(x - accuracies.Average(), 2)) / 2);
        Assert.Equal(accuracies.Average(), Number(lines[4][3]), 1e-12);
        // t(0.975, 2) = 4.302653.
        Assert.Equal(accuracies.Average() + 4.302653 * deviation / Math.Sqrt(3), Number(lines[4][5]), 1e-7);
        var svg = XDocument.Load(experiment["outputs", "tiny", "curve", "curve", "curve.svg"]);
        Assert.Equal(2, svg.Descendants().Count(element => element.Name.LocalName == "polyline"));
        Assert.Equal(6, svg.Descendants().Count(element => element.Name.LocalName == "circle"));
    }

    [Fact]
    public void The_report_shows_the_curve_and_its_table_as_the_stage_computed_them()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        experiment.Run();

        var ended = TlpipeProcess.Run(experiment.Folder, "report", "-o", "report.html", "--files", "figures");

        Assert.Equal(0, ended.ExitCode);
        var page = File.ReadAllText(experiment["report.html"]);
        Assert.Contains("<section id=\"learning-curve\"", page);
        Assert.Contains("labels that majority needs", page);
        var line = File.ReadAllLines(experiment["outputs", "tiny", "curve", "curve", "curve.csv"]).Single(l => l.StartsWith("\"bag\",80,", StringComparison.Ordinal)).Split(',');
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $">{Number(line[3]):0.0000}<"), page);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $">{Number(line[4]):0.0000} to {Number(line[5]):0.0000}<"), page);
        var drawing = XDocument.Load(experiment["figures", "curve-accuracy.svg"]);
        Assert.Equal(2, drawing.Descendants().Count(element => element.Name.LocalName == "polyline"));
        Assert.Equal(6, drawing.Descendants().Count(element => (string?)element.Attribute("class") is { } classes && classes.StartsWith("interval ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_result_without_a_number_of_labels_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Config.Replace("results: [majority.*, bag.*]", "results: [majority.*, bag.*], axis: labels"));

        var ended = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(@"^configs/tiny\.yaml:\d+:\d+: error TL.*no number of labels in an axis 'labels'", Assert.Single(ended.ErrorLines));
    }

    private static HashSet<object> Rows(TinyExperiment experiment, string stage, string output)
    {
        var labels = ParquetTables.Read(experiment["outputs", "tiny", stage, output, "table.parquet"], columns: null).RowLabels;
        return [.. Enumerable.Range(0, labels.Count).Select(row => labels[row])];
    }

    private static double Accuracy(TinyExperiment experiment, string stage) =>
        (double)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", stage, "metrics", "metrics.json"]))!["eval_accuracy"]!;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
