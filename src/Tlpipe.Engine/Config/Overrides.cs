// The name=value pairs of the command line.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>
/// The <c>name=value</c> pairs of the command line: <c>property</c>, <c>stage.option</c> for all instances of a stage,
/// <c>stage.*.option</c> too, <c>stage.instance.option</c> for one, or <c>runtime.option</c> and <c>numerics.option</c>.
/// </summary>
internal sealed class Overrides
{
    private const string AllInstances = "*";
    private const int MostListed = 20;
    private static readonly string[] Sections = ["runtime", "numerics"];

    private readonly Mistakes mistakes;
    private readonly List<(string Name, Node Value)> properties = [];
    private readonly List<(string Owner, string[] Path, Node Value)> options = [];
    private readonly HashSet<Node> used = new(ReferenceEqualityComparer.Instance);

    public Overrides(IReadOnlyList<(string Name, string Value)> pairs, Mistakes mistakes)
    {
        this.mistakes = mistakes;
        foreach (var (name, text) in pairs)
        {
            var origin = new Origin($"-p {name}={text}", FromCommandLine: true);
            if (name.Split('.') is [var owner, .. { Length: > 0 } path])
                options.Add((owner, path, Parse(text, origin)));
            else
                properties.Add((name, Parse(text, origin)));
        }
    }

    /// <summary>The values for properties, including unknown ones.</summary>
    public IReadOnlyList<(string Name, Node Value)> Properties => properties;

    /// <summary>Replaces the values of properties.</summary>
    public void SetProperties(Dictionary<string, Node> known)
    {
        foreach (var (name, value) in properties)
            if (known.ContainsKey(name))
                known[name] = value;
            else
                mistakes.Add(
                    null, value.Origin, ErrorCode.CommandLine, $"there is no property '{name}'",
                    known.Count == 0
                        ? "the config has none; write stage.option=value for an option"
                        : DidYouMean.Hint(name, known.Keys, "the properties"));
    }

    /// <summary>Reports the pairs that name no stage.</summary>
    public void ReportUnknownStages(IReadOnlyCollection<string> stages)
    {
        foreach (var (stage, _, value) in options)
            if (!stages.Contains(stage) && !Sections.Contains(stage))
                mistakes.Add(null, value.Origin, ErrorCode.CommandLine, $"there is no stage '{stage}'", DidYouMean.Hint(stage, stages, "the stages"));
    }

    /// <summary>Reports the pairs that set nothing because a stage has no such instance. Called when all options are bound.</summary>
    /// <param name="stages">The stages whose options were bound.</param>
    public void ReportUnknownInstances(IReadOnlyCollection<StageShape> stages)
    {
        foreach (var (owner, path, value) in options.Where(option => !used.Contains(option.Value)))
            if (stages.FirstOrDefault(stage => stage.Name == owner) is { Broken: false, LeftOutBy: null, Kind: not null, Instances: { } instances } stage)
            {
                var leftOut = stage.LeftOutInstances.Keys.FirstOrDefault(name => string.Join('.', path).StartsWith(name + ".", StringComparison.Ordinal));
                mistakes.Add(
                    null, value.Origin, ErrorCode.CommandLine,
                    leftOut is not null ? $"the instance '{leftOut}' of stage '{owner}' is left out by its when ({stage.LeftOutInstances[leftOut]})" : $"stage '{owner}' has no instance that this names",
                    $"its instances are {string.Join(", ", instances.Take(MostListed))}{(instances.Count > MostListed ? ", …" : "")}; {owner}.OPTION=VALUE sets an option of all");
            }
    }

    /// <summary>The mapping under a stage's <c>with:</c>, properties expanded, with its options replaced.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="model">Its options.</param>
    /// <param name="with">The mapping under <c>with:</c>.</param>
    /// <param name="instance">The instance of a matrix, or null.</param>
    /// <param name="expand">Expands properties in a value.</param>
    public Node? Apply(string stage, OptionModel model, Node? with, string? instance, Func<Node, Node> expand)
    {
        foreach (var (owner, path, value) in options)
            if (owner == stage && OptionPath(model, path, instance) is { Length: > 0 } option)
            {
                used.Add(value);
                with = Set(model, with, option, expand(value));
            }
        return with;
    }

    /// <summary>The mapping under <c>runtime:</c> or <c>numerics:</c> with its options replaced; a stage of that name takes precedence.</summary>
    public Node? ApplySection(string section, OptionModel model, Node? node, Func<Node, Node> expand)
    {
        foreach (var (owner, path, value) in options)
            if (owner == section)
                node = Set(model, node, path, expand(value));
        return node;
    }

    /// <summary>The config with the values of the command line in it, but those for single instances of a matrix.</summary>
    public MappingNode AppliedTo(MappingNode config, StageCatalog catalog)
    {
        if (config["properties"] is { Value: MappingNode known } section)
            config = config.With(section with { Value = properties.Aggregate(known, (all, pair) => all.With(new Entry(pair.Name, null, pair.Value))) });
        if (config["stages"] is not { Value: MappingNode stages } entry)
            return config;
        foreach (var (owner, path, value) in options)
            if (stages[owner] is { Value: MappingNode stage } old)
            {
                var model = stage["uses"]?.Value is ScalarNode uses && catalog.TryGet(uses.Text, out var kind) ? kind.Options : null;
                // What holds for all instances; those of one have no place in the text.
                var all = path is [AllInstances, .. { Length: > 0 } option] ? option : path;
                if (model?.Meant(all[0]) is not null)
                    stages = stages.With(old with
                    {
                        Value = stage.With(new Entry("with", stage["with"]?.Location, Set(model, stage["with"]?.Value, all, value)!)),
                    });
            }
            else
            {
                config = config.With(new Entry(owner, config[owner]?.Location, Set(null, config[owner]?.Value, path, value)!));
            }
        return config.With(entry with { Value = stages });
    }

    /// <summary>The path of the option that a pair sets in this instance; empty if it belongs to another instance.</summary>
    private static string[] OptionPath(OptionModel model, string[] path, string? instance)
    {
        if (instance is null || model.Meant(path[0]) is not null)
            return path;
        // Names of instances may have dots of their own.
        for (var parts = path.Length - 1; parts > 0; parts--)
            if (model.Meant(path[parts]) is not null)
                return string.Join('.', path[..parts]) is var named && (named == instance || named == AllInstances) ? path[parts..] : [];
        return path;
    }

    private Node? Set(OptionModel? model, Node? node, ReadOnlySpan<string> path, Node value)
    {
        if (path.IsEmpty)
            return value;
        if (node is null or ScalarNode { IsNull: true })
            node = new MappingNode { Location = node?.Location, Entries = [] };
        if (node is ScalarNode && model?.Shorthand is { } shorthand)
            node = OptionBinder.Spelled(node, shorthand);
        if (node is not MappingNode mapping)
        {
            if (node is not BrokenNode)
                mistakes.Add(null, value.Origin, ErrorCode.CommandLine, $"{node.Described} has nothing below it that could be called '{path[0]}'", "name the option itself");
            return node;
        }
        var name = path[0];
        var option = model?.Meant(name);
        // The text may have the option by another of its names.
        var old = mapping[name] ?? (option is null ? null : mapping.Entries.FirstOrDefault(entry => model!.Meant(entry.Key) == option));
        // An option that the text does not give has no place, so that messages name the command line.
        var inner = Set(option?.Type.Record, old?.Value, path[1..], value)!;
        return mapping.With(new Entry(name, old?.Location, inner.Location is null ? inner with { Origin = value.Origin } : inner), old);
    }

    private Node Parse(string text, Origin origin)
    {
        if (!text.StartsWith('[') && !text.StartsWith('{') && !text.StartsWith("!secret", StringComparison.Ordinal))
            return new ScalarNode { Location = null, Text = text, Origin = origin, FromCommandLine = true };
        try
        {
            return Marked(YamlReader.Read("", text, mistakes) ?? new BrokenNode { Location = null }, origin);
        }
        catch (PipelineException problem)
        {
            foreach (var mistake in problem.Diagnostics)
                mistakes.Add(null, origin, ErrorCode.CommandLine, mistake.Message);
            return new BrokenNode { Location = null };
        }
    }

    /// <summary>A list or mapping of the command line has no place in a file.</summary>
    private static Node Marked(Node node, Origin origin) => node switch
    {
        ScalarNode scalar => scalar with { Location = null, Origin = origin, FromCommandLine = true, Places = TextPlaces.Unknown },
        ListNode list => list with { Location = null, Origin = origin, Elements = [.. list.Elements.Select(element => Marked(element, origin))] },
        MappingNode mapping => mapping with
        {
            Location = null,
            Origin = origin,
            Entries = [.. mapping.Entries.Select(entry => new Entry(entry.Key, null, Marked(entry.Value, origin)))],
        },
        _ => node with { Location = null, Origin = origin },
    };
}
