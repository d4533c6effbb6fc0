// Every command that documents and configs name is understood as it is written, and those that compute nothing are run.
using System.CommandLine;
using System.Text.RegularExpressions;
using Tlpipe.Commands;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;

namespace Tlpipe.Tests;

/// <summary>
/// The rule: each line is parsed by the program's own command line, and its config, properties, targets and stages must exist. Lines that compute nothing on a
/// finished experiment are run, and must end with 0: all but <c>run</c> without --check, and lines about the repository's configs, which want data, a
/// network or hours. The tutorial's lines are all run, in their order, and doctor and completion tried, by <see cref="DocumentationTests"/>, bench by
/// <see cref="BenchTests"/>, README's two commands by .ci/run.
/// </summary>
public sealed partial class WrittenCommandTests
{
    /// <summary>What stands for the names in capitals, where the finished experiment lies; after a command's name, for that one.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["CONFIG"] = TinyExperiment.ConfigPath,
        ["MODEL"] = TinyExperiment.ConfigPath,
        ["STAGE"] = "finetuned",
        ["RUN"] = "last",
        ["RESULT"] = "tiny/labelled",
        ["N"] = "2",
        ["FOLDER"] = "folder",
        ["FILE"] = "file",
        ["DIR"] = ".tlpipe/store",
        ["name=value"] = "seed=7",
        ["stages STAGE"] = "classify",
        ["export FOLDER"] = "exported",
        ["fill-mask STAGE"] = "domain",
        ["predict FILE"] = "texts.jsonl",
        ["tokenize FOLDER"] = "outputs/tiny/base/model",
    };

    /// <summary>Documents and commands that other tests run: to run them here as well would only take time.</summary>
    private static readonly string[] WithTestsOfTheirOwn = ["docs/tutorial.md", "bench", "completion", "doctor"];

    /// <summary>Options that sentences name and that belong to other programs: dotnet, tests/Peer/compare.sh.</summary>
    private static readonly string[] OfOthers = ["--self-contained", "-r", "--peer-memory"];

    [Fact]
    public void Each_is_understood_by_the_command_line()
    {
        Assert.True(WrittenCommands.All.Count > 60, $"{WrittenCommands.All.Count} commands");
        Assert.All(WrittenCommands.All, command => Assert.True(Program.Parse(command.Filled(Names)).Errors is [], $"{command}: {string.Join(' ', Program.Parse(command.Filled(Names)).Errors)}"));
    }

    [Fact]
    public void Each_config_with_its_properties_targets_and_stages_is_there()
    {
        var named = WrittenCommands.All.Where(command => command.Words.Any(word => word.StartsWith("configs/", StringComparison.Ordinal))).ToList();

        Assert.True(named.Count > 20, $"{named.Count} commands");
        Assert.All(named, command =>
        {
            var parsed = Program.Parse(command.Filled(Names));
            var pipeline = Load(command, parsed);
            foreach (var stage in Values(parsed, "STAGE"))
                Assert.NotEmpty(Selection.Named(pipeline, [stage]));
            if (Values(parsed, "--target").ToList() is { Count: > 0 } targets)
                Assert.NotEmpty(Selection.Wanted(pipeline, targets));
        });
    }

    [Fact]
    public void Each_option_and_property_that_a_sentence_names_alone_is_one_of_a_command_or_a_config()
    {
        var options = Program.Commands.Values.SelectMany(create => OptionsOf(create())).ToHashSet();
        var alone = WrittenCommands.Documents.SelectMany(WrittenCommands.Spans).Where(span => LoneOption().IsMatch(span.Code)).ToList();

        Assert.True(alone.Count > 20, $"{alone.Count} options");
        Assert.All(alone, span => Assert.True(options.Contains(span.Code.Split(' ')[0]) || OfOthers.Contains(span.Code.Split(' ')[0]), $"{span.Place}: there is no option {span.Code}"));
        Assert.All(alone.Where(span => span.Code.StartsWith("-p ", StringComparison.Ordinal)), span => Assert.True(
            WrittenCommands.Configs.Any(config => IsProperty(config, span.Code[3..])), $"{span.Place}: no config has the property of {span.Code}"));
    }

    [Fact]
    public void Each_file_of_the_repository_that_a_document_names_is_there()
    {
        var paths = WrittenCommands.Documents.SelectMany(document => WrittenCommands.Spans(document)
            .SelectMany(span => RepositoryPath().Matches(span.Code).Select(path => (span.Place, Path: path.Value)))).ToList();

        Assert.True(paths.Count > 30, $"{paths.Count} paths");
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(TestFiles.Repository, path.Path)), $"{path.Place}: there is no {path.Path}"));
    }

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void Those_that_compute_nothing_end_with_0_on_a_finished_experiment()
    {
        using var experiment = TinyExperiment.Completed();
        File.WriteAllText(experiment["texts.jsonl"], "{\"text\": \"produto muito bom\"}\n");
        experiment.Run(); // diff compares two.
        var run = WrittenCommands.All.Where(RunsHere).DistinctBy(command => string.Join(' ', command.Words)).ToList();

        var ended = run.Select(command => (command, Ended: TlpipeProcess.Run(experiment.Folder, command.Filled(Names)))).ToList();

        Assert.True(run.Count > 20, $"{run.Count} commands");
        Assert.All(ended, one => Assert.True(one.Ended.ExitCode == 0, $"{one.command}: exit code {one.Ended.ExitCode}\n{one.Ended.Output}{one.Ended.Errors}"));
    }

    private static bool RunsHere(WrittenCommand command) =>
        !WithTestsOfTheirOwn.Any(name => command.Place.StartsWith(name, StringComparison.Ordinal) || command.Words[0] == name)
        && (command.Words[0] != "run" || command.Words.Contains("--check"))
        && !command.Words.Any(word => word.StartsWith("configs/", StringComparison.Ordinal));

    private static Pipeline Load(WrittenCommand command, ParseResult parsed)
    {
        var config = Values(parsed, "CONFIG").Concat(Values(parsed, "MODEL")).Single();
        Assert.True(File.Exists(Path.Combine(TestFiles.Repository, config)), $"{command}: there is no {config}");
        return Load(config, Values(parsed, "--property"));
    }

    private static Pipeline Load(string config, IEnumerable<string> properties) => Experiment.Of(
        Pipeline.Load(Path.Combine(TestFiles.Repository, config), PipelineArguments.Overrides(properties), StageKinds.Catalog, TestFiles.Repository), StageKinds.Catalog);

    private static bool IsProperty(string config, string property)
    {
        try
        {
            Load(config, [property]);
            return true;
        }
        catch (PipelineException)
        {
            return false;
        }
    }

    /// <summary>The words that an argument or an option was given.</summary>
    private static IEnumerable<string> Values(ParseResult parsed, string name) =>
        parsed.CommandResult.Children.Where(child => child switch
        {
            System.CommandLine.Parsing.ArgumentResult argument => argument.Argument.Name == name,
            System.CommandLine.Parsing.OptionResult option => option.Option.Name == name,
            _ => false,
        }).SelectMany(child => child.Tokens).Select(token => token.Value);

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.SelectMany(option => (string[])[option.Name, .. option.Aliases]).Concat(command.Subcommands.SelectMany(OptionsOf));

    [GeneratedRegex(@"^--?[a-z]")]
    private static partial Regex LoneOption();

    [GeneratedRegex(@"(?<![\w/.])(?:configs|docs|tests|src)/[\w/.-]*[\w]")]
    private static partial Regex RepositoryPath();
}
