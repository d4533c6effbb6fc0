// Reads a config step by step: text, properties, stages, references, order.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>An instance that a matrix makes; its name is null for a stage without a matrix.</summary>
internal sealed record MatrixInstance(string? Name, IReadOnlyDictionary<string, string>? Values);

/// <summary>A stage as it is declared, before its options are bound. What could not be understood is null, and has been reported.</summary>
internal sealed record DeclaredStage(string Name, SourceLocation Location, MappingNode Body, StageKind? Kind, IReadOnlyList<MatrixInstance>? Instances);

/// <summary>Reads one config, and collects every mistake on the way.</summary>
internal sealed class PipelineReader(string configPath, IReadOnlyList<(string Name, string Value)> overrides, StageCatalog catalog, string currentFolder)
{
    private static readonly string[] RootKeys = ["name", "root", "properties", "stages", "runtime", "numerics"];
    private static readonly string[] StageKeys = ["uses", "with", "matrix", "after", "expect"];
    private readonly List<Diagnostic> mistakes = [];

    public Pipeline Read(string text)
    {
        if (YamlText.Parse(configPath, text, mistakes) is not MappingNode root)
            throw new PipelineException(new SourceLocation(configPath, 1, 1), ErrorCode.WrongShape, "a config is a mapping with 'name' and 'stages'");
        CheckKeys(root, RootKeys);
        var stagesNode = Mapping(root, "stages", required: true);
        var stageNames = stagesNode?.Entries.Select(e => e.Key).ToHashSet() ?? [];
        var (stageOverrides, propertyOverrides) = Overrides(stageNames);
        var properties = new Properties(Mapping(root, "properties"), propertyOverrides, mistakes);

        var name = Name(root, properties);
        var folder = Folder(root, properties);
        var declared = (stagesNode?.Entries ?? []).Select(e => Declare(e, properties, stageOverrides)).OfType<DeclaredStage>().ToList();
        var references = new References(declared, mistakes);
        var binder = new OptionsBinder(references, folder, currentFolder, mistakes);
        var runtime = (RuntimeOptions)binder.Bind(OptionModel.Of(typeof(RuntimeOptions)), Section(root, "runtime", properties), root.Location, new Bound());
        CheckDevice(runtime, root);
        var numerics = (NumericsOptions)binder.Bind(OptionModel.Of(typeof(NumericsOptions)), Section(root, "numerics", properties), root.Location, new Bound());
        var instances = declared.SelectMany(stage => Instantiate(stage, properties, binder, references)).ToList();
        var ordered = StageOrder.Sort(instances, mistakes);
        if (mistakes.Count > 0)
            throw new PipelineException([.. mistakes.Distinct().OrderBy(m => m.Location?.Line ?? 0).ThenBy(m => m.Location?.Column ?? 0)]);
        return new Pipeline(name, configPath, folder, runtime, numerics, ordered);
    }

    private (Dictionary<string, List<(string Option, string Value)>> Stages, Dictionary<string, string> Properties) Overrides(HashSet<string> stageNames)
    {
        var stages = new Dictionary<string, List<(string, string)>>(StringComparer.Ordinal);
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in overrides)
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                properties[name] = value;
                continue;
            }
            var stage = name[..dot];
            if (!stageNames.Contains(stage))
                mistakes.Add(new Diagnostic(null, ErrorCode.CommandLine, $"-p {name}={value}: there is no stage '{stage}'{DidYouMean.Suggest(stage, stageNames)}"));
            else if (stages.TryGetValue(stage, out var list))
                list.Add((name[(dot + 1)..], value));
            else
                stages[stage] = [(name[(dot + 1)..], value)];
        }
        return (stages, properties);
    }

    private string Name(MappingNode root, Properties properties)
    {
        if (root["name"] is null)
        {
            mistakes.Add(new Diagnostic(root.Location, ErrorCode.MissingKey, "'name' is missing; it names the folder of the results"));
            return "";
        }
        var node = properties.Expand(root["name"]!);
        if (node is ScalarNode { Text: { Length: > 0 } text } && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && text[0] != '.')
            return text;
        if (node is not Properties.Unknown)
            mistakes.Add(new Diagnostic(node.Location, ErrorCode.BadValue, "name has to be made of letters, digits, '-', '_' and '.'; it names the folder of the results"));
        return "";
    }

    private string Folder(MappingNode root, Properties properties)
    {
        var configFolder = Path.GetDirectoryName(Path.GetFullPath(configPath, currentFolder))!;
        if (root["root"] is not { } node)
            return configFolder;
        if (properties.Expand(node) is ScalarNode { Text.Length: > 0 } scalar)
            return Path.GetFullPath(scalar.Text, configFolder);
        mistakes.Add(new Diagnostic(node.Location, ErrorCode.WrongShape, "root has to be a folder, relative to the config's"));
        return configFolder;
    }

    private void CheckDevice(RuntimeOptions runtime, MappingNode root)
    {
        var device = runtime.Device;
        var isGpu = device == "cuda" || (device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device[5..], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (!isGpu && device is not ("auto" or "cpu"))
            mistakes.Add(new Diagnostic((root["runtime"] as MappingNode)?["device"]?.Location, ErrorCode.BadValue, $"device: '{device}' is none of auto, cpu, cuda, cuda:N"));
    }

    private DeclaredStage? Declare(MappingEntry entry, Properties properties, Dictionary<string, List<(string Option, string Value)>> stageOverrides)
    {
        if (entry.Value is not MappingNode body)
        {
            mistakes.Add(new Diagnostic(entry.Value.Location, ErrorCode.WrongShape, $"the stage '{entry.Key}' has to be a mapping with 'uses'"));
            return null;
        }
        if (entry.Key.Length == 0 || !entry.Key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))
            mistakes.Add(new Diagnostic(entry.KeyLocation, ErrorCode.BadValue, $"a stage's name is made of letters, digits, '-' and '_'; '{entry.Key}' is not"));
        CheckKeys(body, StageKeys);
        foreach (var (option, value) in stageOverrides.GetValueOrDefault(entry.Key) ?? [])
            body = Overridden(body, ["with", .. option.Split('.')], value, entry.KeyLocation);
        return new DeclaredStage(entry.Key, entry.KeyLocation, body, Kind(entry, body, properties), Matrix.Instances(body["matrix"], properties, mistakes));
    }

    private StageKind? Kind(MappingEntry entry, MappingNode body, Properties properties)
    {
        if (body["uses"] is not { } node)
        {
            mistakes.Add(new Diagnostic(entry.KeyLocation, ErrorCode.MissingKey, $"the stage '{entry.Key}' has no 'uses'; 'tlpipe stages' lists what it can use"));
            return null;
        }
        if (properties.Expand(node) is not ScalarNode scalar)
            return null;
        if (catalog.Find(scalar.Text) is { } kind)
            return kind;
        mistakes.Add(new Diagnostic(scalar.Location, ErrorCode.UnknownStageKind, $"there is no stage kind '{scalar.Text}'{DidYouMean.Suggest(scalar.Text, catalog.Names)}"));
        return null;
    }

    private static MappingNode Overridden(MappingNode mapping, ReadOnlySpan<string> path, string value, SourceLocation place)
    {
        var key = path[0];
        ConfigNode node = path.Length == 1
            ? new ScalarNode(value, IsPlain: true, mapping[key]?.Location ?? place, FromCommandLine: true)
            : Overridden(mapping[key] as MappingNode ?? new MappingNode([], place), path[1..], value, place);
        var entries = mapping.Entries.Select(e => e.Key == key ? e with { Value = node } : e).ToList();
        if (mapping[key] is null)
            entries.Add(new MappingEntry(key, place, node));
        return mapping with { Entries = entries };
    }

    private IEnumerable<StageInstance> Instantiate(DeclaredStage stage, Properties properties, OptionsBinder binder, References references)
    {
        if (stage.Kind is not { } kind || stage.Instances is not { } instances)
            yield break;
        foreach (var instance in instances)
        {
            var before = mistakes.Count;
            var bound = new Bound();
            var with = stage.Body["with"] is { } node ? properties.Expand(node, instance.Values) : null;
            var options = binder.Bind(kind.Options, with, stage.Location, bound);
            var name = instance.Name is null ? stage.Name : $"{stage.Name}.{instance.Name}";
            var result = new StageInstance(
                name, stage.Name, kind, options, bound.Inputs, bound.Paths, After(stage, properties, references), Expected(stage, instance, properties), stage.Location, bound.Locations);
            // Options that are not even well-formed can't be judged together.
            if (mistakes.Count == before)
                foreach (var mistake in kind.Check(options))
                    mistakes.Add(new Diagnostic(result.LocationOf(mistake.Option), ErrorCode.Contradiction, $"stage '{name}': {mistake.Message}"));
            yield return result;
        }
    }

    private List<string> After(DeclaredStage stage, Properties properties, References references)
    {
        if (stage.Body["after"] is not { } node)
            return [];
        var expanded = properties.Expand(node);
        var items = expanded is ListNode list ? list.Items : [expanded];
        return [.. items.OfType<ScalarNode>().SelectMany(item => references.Find(item) ?? []).Select(input => input.Stage).Distinct()];
    }

    private Facts Expected(DeclaredStage stage, MatrixInstance instance, Properties properties)
    {
        if (stage.Body["expect"] is not { } node)
            return Facts.None;
        if (properties.Expand(node, instance.Values) is not MappingNode mapping)
        {
            mistakes.Add(new Diagnostic(node.Location, ErrorCode.WrongShape, "expect has to be a mapping of counts, such as { rows: 600 }"));
            return Facts.None;
        }
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is MappingNode inner)
            {
                if (!stage.Instances!.Any(i => i.Name == entry.Key))
                    mistakes.Add(new Diagnostic(entry.KeyLocation, ErrorCode.UnknownReference, $"'{stage.Name}' has no instance '{entry.Key}'{DidYouMean.Suggest(entry.Key, stage.Instances!.Select(i => i.Name).OfType<string>())}"));
                foreach (var count in entry.Key == instance.Name ? inner.Entries : [])
                    AddCount(values, count);
            }
            else
            {
                AddCount(values, entry);
            }
        }
        return new Facts(values);
    }

    private void AddCount(Dictionary<string, double> values, MappingEntry entry)
    {
        if (entry.Value is ScalarNode { IsPlain: true } scalar && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            values[entry.Key] = value;
        else if (entry.Value is not Properties.Unknown)
            mistakes.Add(new Diagnostic(entry.Value.Location, ErrorCode.BadValue, $"expect.{entry.Key} has to be a number"));
    }

    private MappingNode? Mapping(MappingNode root, string key, bool required = false)
    {
        if (root[key] is MappingNode mapping)
            return mapping;
        if (root[key] is { } other and not ScalarNode { IsNull: true })
            mistakes.Add(new Diagnostic(other.Location, ErrorCode.WrongShape, $"{key} has to be a mapping"));
        else if (required)
            mistakes.Add(new Diagnostic(root.Location, ErrorCode.MissingKey, $"'{key}' is missing"));
        return null;
    }

    private static ConfigNode? Section(MappingNode root, string key, Properties properties) => root[key] is { } node ? properties.Expand(node) : null;

    private void CheckKeys(MappingNode mapping, string[] known)
    {
        foreach (var entry in mapping.Entries.Where(e => !known.Contains(e.Key)))
            mistakes.Add(new Diagnostic(entry.KeyLocation, ErrorCode.UnknownKey, $"there is no key '{entry.Key}' here{DidYouMean.Suggest(entry.Key, known)}"));
    }
}
