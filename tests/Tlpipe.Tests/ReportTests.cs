// tlpipe report: the page of a run.
using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Tlpipe.Report;
using Tlpipe.Stages.Results;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed partial class ReportTests : IDisposable
{
    private readonly TinyExperiment experiment = TinyExperiment.Completed();

    public void Dispose() => experiment.Dispose();

    [Fact]
    public void A_report_has_all_parts_of_the_run_and_needs_neither_outputs_nor_the_config()
    {
        Directory.Delete(experiment["outputs"], recursive: true);
        File.Delete(experiment[TinyExperiment.ConfigPath]);

        var page = Report("-o", "report.html");

        foreach (var part in new[] { "comparison", "training", "answers", "texts", "stages", "config", "environment" })
            Assert.Contains($"<section id=\"{part}\"", page);
        Assert.Contains("finetuned: loss", page);
        Assert.Contains("domain: learning rate", page);
        Assert.Contains("The mistakes it was surest of", page);
        Assert.Contains("tokens.holdout: tokens a row, cut at 64", page);
        Assert.Contains("24 stages computed in", page);
        Assert.Contains("configs/tiny.yaml:8:", page);
    }

    [Fact]
    public void Its_mistakes_are_those_of_the_predictions_with_the_rows_own_texts()
    {
        var page = Report("-o", "report.html");

        // Independent of the report: the answers as the score stage stored them, and the holdout's texts.
        var rows = Tlpipe.Stages.Results.ScoreReport.ReadAnswers(experiment["outputs", "tiny", "scores.random", "metrics"])!;
        var texts = Tlpipe.Tables.ParquetTables.Read(experiment["outputs", "tiny", "holdout", "table", "table.parquet"]).PresentTexts("text");
        var wrong = Enumerable.Range(0, rows.Count).Where(row => rows.Labels[row] != rows.Answers[row]).ToList();
        var surest = wrong.MaxBy(row => rows.Probabilities[row].Max());
        Assert.Contains($"scores.random: {wrong.Count} mistakes in {rows.Count} rows", page);
        Assert.Contains($"<q>{System.Net.WebUtility.HtmlEncode(texts[surest])}</q>", page);
    }

    [Fact]
    public void Without_texts_no_text_of_the_data_stands_in_it()
    {
        var texts = Tlpipe.Tables.ParquetTables.Read(experiment["outputs", "tiny", "holdout", "table", "table.parquet"]).PresentTexts("text");

        var page = Report("-o", "report.html", "--no-texts");

        Assert.DoesNotContain("<q>", page);
        Assert.All(texts.Where(text => text.Length > 40), text => Assert.DoesNotContain(System.Net.WebUtility.HtmlEncode(text), page));
    }

    [Fact]
    public void It_opens_in_a_browser_without_a_complaint_or_a_request()
    {
        Report("-o", "report.html");

        var opened = Chromium.Open(experiment["report.html"], experiment["profile"]);

        Assert.Contains("id=\"environment-title\"", opened.Document);
        Assert.Empty(opened.Complaints);
        Assert.Empty(opened.Requests);
        Assert.DoesNotMatch("<script|<link rel=\"stylesheet|src=|url\\(|@import|<iframe", opened.Document);
    }

    [Fact]
    public void The_browser_test_would_notice_a_complaint_and_a_request()
    {
        File.WriteAllText(experiment["bad.html"], "<!DOCTYPE html><title>x</title><script>console.error('oh no')</script><img src=\"http://reviews.test/x.png\">");

        var opened = Chromium.Open(experiment["bad.html"], experiment["profile"]);

        Assert.Contains(opened.Complaints, line => line.Contains("oh no"));
        Assert.Contains(opened.Requests, line => line.Contains("reviews.test"));
    }

    [Fact]
    public void Tables_are_written_as_Markdown_CSV_JSON_and_LaTeX_with_the_same_figures()
    {
        Report("-o", "report.html", "--files", "figures");

        var figure = AccuracyInCsv().Match(File.ReadAllText(experiment["figures", "results.csv"])).Groups[1].Value;
        Assert.Matches(@"^0\.\d{6}$", figure);
        Assert.Contains(figure, File.ReadAllText(experiment["figures", "results.md"]));
        var latex = File.ReadAllText(experiment["figures", "results.tex"]);
        Assert.Contains($"& {figure} &", latex);
        Assert.Contains(@"eval\_accuracy", latex);
        Assert.Equal(File.ReadAllText(experiment["outputs", "tiny", "results", "table", "results.json"]), File.ReadAllText(experiment["figures", "results.json"]));
    }

    [Fact]
    public void Every_plot_is_written_as_an_SVG_file_that_stands_alone()
    {
        var page = Report("-o", "report.html", "--files", "figures");

        var files = Directory.GetFiles(experiment["figures"], "*.svg");
        Assert.Equal(System.Text.RegularExpressions.Regex.Count(page, "<figure"), files.Length);
        var loss = System.Xml.Linq.XDocument.Load(experiment["figures", "domain-loss.svg"]).Root!;
        System.Xml.Linq.XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Equal(svg + "svg", loss.Name);
        Assert.Equal(2, loss.Descendants(svg + "polyline").Count());
        Assert.Contains(loss.Descendants(svg + "text"), text => text.Value == "validation");
        Assert.DoesNotContain("var(--", loss.ToString());
    }

    [Fact]
    public void Every_plot_is_written_as_a_PNG_file_where_the_machine_has_fonts()
    {
        var ended = TlpipeProcess.Run(experiment.Folder, "report", "1", "-o", "report.html", "--files", "figures");
        Assert.SkipWhen(ended.Output.Contains("no fonts"), "needs fonts");

        var names = Directory.GetFiles(experiment["figures"], "*.png").Select(Path.GetFileNameWithoutExtension).Order();

        Assert.Equal(Directory.GetFiles(experiment["figures"], "*.svg").Select(Path.GetFileNameWithoutExtension).Order(), names);
        // PNG, 11.2.2: after the signature comes the header with width and height.
        var loss = File.ReadAllBytes(experiment["figures", "domain-loss.png"]).AsSpan();
        Assert.Equal("89504E470D0A1A0A0000000D49484452", Convert.ToHexString(loss[..16]));
        Assert.Equal((1440u, 880u), (BinaryPrimitives.ReadUInt32BigEndian(loss[16..]), BinaryPrimitives.ReadUInt32BigEndian(loss[20..])));
        Assert.True(loss.Length > 10_000, $"{loss.Length} bytes");
    }

    [Fact]
    public void Without_fonts_there_are_no_PNG_files_and_one_line_says_why()
    {
        var ended = TlpipeProcess.RunShell(experiment.Folder, "unshare -rm bash -c 'mount -t tmpfs tmpfs /usr/share/fonts || exit 77; tlpipe report 1 -o report.html --files figures'");
        Assert.SkipWhen(ended.ExitCode == 77 || ended.Errors.StartsWith("unshare", StringComparison.Ordinal), "no file system can be mounted here");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("no PNG files: this machine has no fonts; the SVG files need none", ended.Lines[^1]);
        Assert.Empty(Directory.GetFiles(experiment["figures"], "*.png"));
        Assert.NotEmpty(Directory.GetFiles(experiment["figures"], "*.svg"));
    }

    [Fact]
    public void A_config_means_its_last_run_and_one_that_never_ran_says_so()
    {
        experiment.Run("-t", "labelled");
        File.Copy(experiment[TinyExperiment.ConfigPath], experiment["configs/other.yaml"]);

        var last = TlpipeProcess.Run(experiment.Folder, "report", TinyExperiment.ConfigPath);
        var never = TlpipeProcess.Run(experiment.Folder, "report", "configs/other.yaml");

        Assert.Equal((0, "report of run 2: "), (last.ExitCode, last.Output[..17]));
        Assert.True(File.Exists(experiment["outputs", "tiny", "report.html"]));
        Assert.Equal(2, never.ExitCode);
        Assert.Matches(@"^error TL\d+: no run of configs/other.yaml is recorded; ", Assert.Single(never.ErrorLines));
    }

    [Fact]
    public void Every_text_is_escaped_and_what_no_page_may_hold_is_replaced()
    {
        var html = Html.Of($"<p>{"<script>alert('x')</script> & \u0001 \ud83d "}</p>");

        Assert.Equal("<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; \uFFFD \uFFFD </p>", html.Markup);
    }

    [Theory]
    [InlineData(0.31, 0.69, 5, new[] { 0.3, 0.4, 0.5, 0.6, 0.7 })]
    [InlineData(0, 95, 5, new[] { 0.0, 20, 40, 60, 80, 100 })]
    [InlineData(0, 5e-5, 5, new[] { 0, 1e-5, 2e-5, 3e-5, 4e-5, 5e-5 })]
    public void An_axis_has_round_numbers_and_holds_all_values(double low, double high, int ticks, double[] expected)
    {
        var axis = Axis.Of([low, double.NaN, high], ticks);

        Assert.Equal(expected.Length, axis.Ticks.Count);
        Assert.All(expected.Zip(axis.Ticks), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private string Report(params string[] arguments)
    {
        var ended = TlpipeProcess.Run(experiment.Folder, ["report", "1", .. arguments]);
        Assert.True(ended.ExitCode == 0, $"exit code {ended.ExitCode}\n{ended.Output}\n{ended.Errors}");
        return File.ReadAllText(experiment["report.html"]);
    }

    [GeneratedRegex(@"^finetuned,[^,]*,([^,]*),", RegexOptions.Multiline)]
    private static partial Regex AccuracyInCsv();
}
