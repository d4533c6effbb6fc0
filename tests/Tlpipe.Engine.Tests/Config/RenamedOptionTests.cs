// An option that was renamed: its old name is read with a warning, then refused, and the key is always that of the version before.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Config;

public sealed class RenamedOptionTests : IDisposable
{
    private const string OldNames = """
        stages:
          rows: { uses: table, with: { path: t.csv } }
          fit: { uses: adjust, with: { path: t.csv, rate: 0.3, model: { of: rows, weights: random }, parts: [rows], jobs: 2 } }
        """;

    private const string NewNames = """
        stages:
          rows: { uses: table, with: { path: t.csv } }
          fit: { uses: adjust, with: { file: t.csv, learning_rate: 0.3, model: { from: rows, start: random }, results: [rows], workers: 2 } }
        """;

    private static readonly StageCatalog Before = StageCatalog.Of(typeof(TableStage), typeof(AdjustStage<OldFitOptions>));
    private static readonly StageCatalog After = StageCatalog.Of(typeof(TableStage), typeof(AdjustStage<FitOptions>));
    private static readonly StageCatalog Later = StageCatalog.Of(typeof(TableStage), typeof(AdjustStage<StrictFitOptions>));

    private readonly TemporaryFolder folder = new();

    public RenamedOptionTests() => File.WriteAllText(folder["t.csv"], "text\nbom\n");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_key_is_that_of_the_version_before_whichever_name_a_config_has()
    {
        var before = Key(Load(OldNames, Before));

        Assert.Equal(["model.of", "parts[0]", "path"], before.Inputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before.Key, Key(Load(OldNames, After)).Key);
        Assert.Equal(before.Key, Key(Load(NewNames, After)).Key);
        Assert.Equal(before.Key, Key(Load(NewNames, Later)).Key);
        Assert.NotEqual(before.Key, Key(Load(NewNames.Replace("0.3", "0.4", StringComparison.Ordinal), After)).Key);
    }

    [Fact]
    public void An_old_name_is_read_with_a_warning_that_names_the_new_one_and_the_place()
    {
        var pipeline = Load(OldNames, After);

        var options = Assert.IsType<FitOptions>(pipeline["fit"]!.Options);
        Assert.Equal((0.3, "random", 2, "rows"), (options.LearningRate, options.Model.Start, options.Workers, options.Results[0].Stage));
        Assert.Equal("c.yaml:3:51", pipeline["fit"]!.OriginOf("learning_rate").ToString());
        Assert.Equal(
            [
                "c.yaml:3:32: warning: option 'path' of 'adjust' is now 'file'; the old name is read until the next version",
                "c.yaml:3:45: warning: option 'rate' of 'adjust' is now 'learning_rate'; the old name is read until the next version",
                "c.yaml:3:65: warning: option 'model.of' of 'adjust' is now 'model.from'; the old name is read until the next version",
                "c.yaml:3:75: warning: option 'model.weights' of 'adjust' is now 'model.start'; the old name is read until the next version",
                "c.yaml:3:94: warning: option 'parts' of 'adjust' is now 'results'; the old name is read until the next version",
                "c.yaml:3:109: warning: option 'jobs' of 'adjust' is now 'workers'; the old name is read until the next version",
            ],
            pipeline.Warnings.Order(Comparer<string>.Create((a, b) => Column(a) - Column(b))));
        Assert.Empty(Load(NewNames, After).Warnings);
    }

    [Fact]
    public void Instances_of_a_matrix_share_one_warning()
    {
        var pipeline = Load("""
            stages:
              rows: { uses: table, with: { path: t.csv } }
              fit: { uses: adjust, matrix: { of: [a, b] }, with: { file: t.csv, rate: 0.3, model: rows } }
            """, After);

        Assert.Equal(2, pipeline.Stages.Count(stage => stage.StageName == "fit"));
        Assert.Single(pipeline.Warnings);
    }

    [Theory]
    [InlineData(OldNames, "fit.learning_rate=0.5", null)]
    [InlineData(NewNames, "fit.learning_rate=0.5", null)]
    [InlineData(OldNames, "fit.rate=0.5", "warning: option 'rate' of 'adjust' is now 'learning_rate'; the old name is read until the next version (-p fit.rate=0.5)")]
    [InlineData(NewNames, "fit.rate=0.5", "warning: option 'rate' of 'adjust' is now 'learning_rate'; the old name is read until the next version (-p fit.rate=0.5)")]
    public void The_command_line_decides_whichever_name_it_has_and_the_config_has(string config, string argument, string? warning)
    {
        var parts = argument.Split('=');

        var pipeline = Load(config, After, (parts[0], parts[1]));

        Assert.Equal(0.5, Assert.IsType<FitOptions>(pipeline["fit"]!.Options).LearningRate);
        var ofRate = pipeline.Warnings.Where(line => line.Contains("'rate'", StringComparison.Ordinal)).ToList();
        Assert.Equal(warning is null ? [] : [warning], ofRate);
    }

    [Fact]
    public void Both_names_are_a_mistake() => Assert.Equal(
        $"c.yaml:3:65: error {ErrorCode.Contradiction}: option 'rate' of 'adjust' is now 'learning_rate', and both are given; leave 'rate' out",
        Assert.Single(Errors(NewNames.Replace("model:", "rate: 0.3, model:", StringComparison.Ordinal), After)));

    [Fact]
    public void A_version_later_the_old_name_is_refused_and_the_new_one_named()
    {
        var errors = Errors(OldNames, Later).ToList();

        Assert.Equal(6, errors.Count);
        Assert.Contains($"c.yaml:3:45: error {ErrorCode.UnknownKey}: option 'rate' of 'adjust' is now 'learning_rate'; write 'learning_rate'", errors);
    }

    [Fact]
    public void Options_that_the_version_before_recorded_are_read()
    {
        var recorded = ResolvedPipeline.FromJson(ResolvedPipeline.Of(Load(OldNames, Before)).ToJson()).Stages.Single(stage => stage.Name == "fit");

        var options = Assert.IsType<FitOptions>(RecordedOptions.Of(recorded, After));

        Assert.Equal((0.3, "random", 2, "rows"), (options.LearningRate, options.Model.Start, options.Workers, options.Results[0].Stage));
    }

    [Fact]
    public void A_child_process_gets_the_options()
    {
        var (model, options) = (OptionModel.Of(typeof(FitOptions)), Load(NewNames, After)["fit"]!.Options);
        var (semantic, executionOnly) = (OptionsDocument.Write(model, options, executionOnly: false, references: true), OptionsDocument.Write(model, options, executionOnly: true));

        var read = Assert.IsType<FitOptions>(OptionsDocument.Read(model, semantic, executionOnly));

        Assert.Equal((0.3, "random", 2, "rows"), (read.LearningRate, read.Model.Start, read.Workers, read.Results[0].Stage));
    }

    [Theory]
    [InlineData("learning_rate", "rate")]
    [InlineData("model.from", "model.of")]
    [InlineData("results[12]", "parts[12]")]
    [InlineData("file", "path")]
    [InlineData("unknown.at[0].all", "unknown.at[0].all")]
    public void A_path_of_a_config_and_that_of_a_key_lead_to_each_other(string path, string keyPath)
    {
        var model = OptionModel.Of(typeof(FitOptions));

        Assert.Equal((keyPath, path), (model.KeyPath(path), model.PathOfKey(keyPath)));
    }

    [Fact]
    public void The_schema_takes_an_old_name_as_deprecated()
    {
        var schema = new ConfigSchema(After, _ => "", _ => "").ToJson().ToJsonString();
        var later = new ConfigSchema(Later, _ => "", _ => "").ToJson().ToJsonString();

        Assert.Contains("""
            "rate":{"description":"Now learning_rate.","deprecated":true}
            """, schema, StringComparison.Ordinal);
        Assert.DoesNotContain("deprecated", later, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_name_cannot_be_another_options_name() =>
        Assert.Contains("rate", Assert.Throws<ArgumentException>(() => OptionModel.Of(typeof(TwiceOptions))).Message, StringComparison.Ordinal);

    private static int Column(string line) => int.Parse(line.Split(':')[2], System.Globalization.CultureInfo.InvariantCulture);

    private static KeyDocument Key(Pipeline pipeline) => new InstanceKeys(pipeline).Document(pipeline["fit"]!, input => $"digest of {input.Stage}");

    private Pipeline Load(string yaml, StageCatalog catalog, params (string, string)[] overrides)
    {
        File.WriteAllText(folder["c.yaml"], yaml);
        return Pipeline.Load("c.yaml", overrides, catalog, folder.Path);
    }

    private IEnumerable<string> Errors(string yaml, StageCatalog catalog) =>
        Assert.Throws<PipelineException>(() => Load(yaml, catalog)).Diagnostics.Select(diagnostic => diagnostic.ToString());

    /// <summary>A stage of the same kind with the options of several versions.</summary>
    [Stage("adjust", 1), Output("model", "the model")]
    public sealed class AdjustStage<TOptions> : IStage<TOptions>
        where TOptions : class
    {
        public void Run(TOptions options, StageRun run)
        {
        }
    }

    public sealed record OldSource
    {
        public required Input Of { get; init; }

        public string Weights { get; init; } = "pretrained";
    }

    public sealed record OldFitOptions
    {
        public required InputPath Path { get; init; }

        public double Rate { get; init; } = 0.1;

        public required OldSource Model { get; init; }

        public IReadOnlyList<Input> Parts { get; init; } = [];

        [ExecutionOnly]
        public int Jobs { get; init; } = 1;
    }

    [Shorthand(nameof(From))]
    public sealed record Source
    {
        [RenamedFrom("of")]
        public required Input From { get; init; }

        [RenamedFrom("weights")]
        public string Start { get; init; } = "pretrained";
    }

    public sealed record FitOptions
    {
        [RenamedFrom("path")]
        public required InputPath File { get; init; }

        [RenamedFrom("rate")]
        public double LearningRate { get; init; } = 0.1;

        public required Source Model { get; init; }

        [RenamedFrom("parts")]
        public IReadOnlyList<Input> Results { get; init; } = [];

        [ExecutionOnly, RenamedFrom("jobs")]
        public int Workers { get; init; } = 1;
    }

    public sealed record StrictSource
    {
        [RenamedFrom("of", Refused = true)]
        public required Input From { get; init; }

        [RenamedFrom("weights", Refused = true)]
        public string Start { get; init; } = "pretrained";
    }

    public sealed record StrictFitOptions
    {
        [RenamedFrom("path", Refused = true)]
        public required InputPath File { get; init; }

        [RenamedFrom("rate", Refused = true)]
        public double LearningRate { get; init; } = 0.1;

        public required StrictSource Model { get; init; }

        [RenamedFrom("parts", Refused = true)]
        public IReadOnlyList<Input> Results { get; init; } = [];

        [ExecutionOnly, RenamedFrom("jobs", Refused = true)]
        public int Workers { get; init; } = 1;
    }

    public sealed record TwiceOptions
    {
        public double Rate { get; init; }

        [RenamedFrom("rate")]
        public double LearningRate { get; init; }
    }
}
