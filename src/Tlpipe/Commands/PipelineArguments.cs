// The arguments that every command about a config has.
using System.CommandLine;
using System.CommandLine.Completions;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>A config, properties for it, and a store.</summary>
/// <param name="withStore">Whether the command looks into a store.</param>
internal sealed class PipelineArguments(bool withStore = true)
{
    private readonly Argument<string> config = new("CONFIG") { Description = "The pipeline's YAML file" };

    private readonly Option<string[]> properties = PropertiesOption();

    private readonly Option<string?> store = StoreOption();

    public void AddTo(Command command)
    {
        command.Add(config);
        command.Add(properties);
        if (withStore)
            command.Add(store);
    }

    /// <summary>The values of -p.</summary>
    public IReadOnlyList<string> Properties(ParseResult parsed) => parsed.GetValue(properties) ?? [];

    /// <summary>Reads the config and completes it.</summary>
    /// <exception cref="PipelineException">With every mistake in it.</exception>
    public Pipeline Load(ParseResult parsed) => Experiment.Of(LoadAsWritten(parsed), StageKinds.Catalog);

    /// <summary>Reads the config with only the stages written in it.</summary>
    /// <exception cref="PipelineException">With every mistake in it.</exception>
    public Pipeline LoadAsWritten(ParseResult parsed) =>
        Read(parsed.GetRequiredValue(config), Overrides(parsed.GetValue(properties) ?? []), Environment.CurrentDirectory);

    /// <summary>Reads a config; its warnings go to standard error.</summary>
    /// <exception cref="PipelineException">With every mistake in it.</exception>
    public static Pipeline Read(string config, IReadOnlyList<(string Name, string Value)> overrides, string currentFolder)
    {
        var pipeline = Pipeline.Load(config, overrides, StageKinds.Catalog, currentFolder);
        foreach (var warning in pipeline.Warnings)
            TerminalOutput.Complain(warning);
        return pipeline;
    }

    public ResultStore OpenStore(ParseResult parsed, Pipeline pipeline) => ResultStore.Open(StorePath(parsed.GetValue(store), pipeline), StageKinds.Catalog);

    /// <summary>Completions for a stage's name: the stages, instances and targets of the config before it; empty if it cannot be read.</summary>
    public IEnumerable<CompletionItem> StageNames(CompletionContext context) =>
        context.ParseResult.GetResult(config)?.Tokens is [var named] ? StageNames(named.Value, context.ParseResult.GetValue(properties)) : [];

    /// <summary>The same for a config that something else names.</summary>
    public static IEnumerable<CompletionItem> StageNames(string config, IReadOnlyList<string>? properties)
    {
        try
        {
            var pipeline = Pipeline.Load(config, Overrides(properties ?? []), StageKinds.Catalog, Environment.CurrentDirectory);
            return pipeline.Stages.SelectMany(stage => (string[])[stage.StageName, stage.Name]).Concat(pipeline.Targets.Keys).Distinct().Select(name => new CompletionItem(name));
        }
        catch (Exception e) when (e is PipelineException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The option <c>-p</c>.</summary>
    public static Option<string[]> PropertiesOption() => new("--property", "-p")
    {
        Description = "Sets a property (seed=1), an option of a stage (finetuned.learning_rate=3e-5), or one of runtime and numerics (runtime.device=cpu)",
        HelpName = "name=value",
    };

    /// <summary>The option <c>--store</c>.</summary>
    public static Option<string?> StoreOption() => new("--store")
    {
        Description = "The folder of results; else TLPIPE_STORE, else .tlpipe/store below the config's root",
        HelpName = "DIR",
    };

    /// <summary>The store's folder, given the value of <c>--store</c>.</summary>
    public static string StorePath(string? given, Pipeline pipeline) =>
        given
        ?? (Environment.GetEnvironmentVariable("TLPIPE_STORE") is { Length: > 0 } named ? named : null)
        ?? Path.Combine(pipeline.Root, ".tlpipe", "store");

    /// <summary>Splits the values of <c>-p</c> into names and values.</summary>
    /// <exception cref="PipelineException">One is not of the form name=value.</exception>
    public static List<(string Name, string Value)> Overrides(IEnumerable<string> texts)
    {
        var overrides = new List<(string, string)>();
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new PipelineException(null, ErrorCode.CommandLine, $"-p {text} sets nothing; write -p name=value");
            overrides.Add((text[..equals], text[(equals + 1)..]));
        }
        return overrides;
    }
}
