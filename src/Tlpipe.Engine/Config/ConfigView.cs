// A config as users and scripts read it: as written, or as resolved for a run.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>A part of a config, or all of it, with the origin of each value. Secrets show the name of their variable.</summary>
public sealed class ConfigView
{
    private readonly Node root;
    private readonly bool isResolved;

    private ConfigView(Node root, bool isResolved)
    {
        this.root = root;
        this.isResolved = isResolved;
    }

    /// <summary>The config with its imports and the values of the command line, properties not expanded.</summary>
    public static ConfigView AsWritten(Pipeline pipeline) => new(pipeline.Document, isResolved: false);

    /// <summary>The config as resolved for a run: properties expanded, each instance of a matrix by its full name, every default, absolute paths.</summary>
    public static ConfigView Resolved(Pipeline pipeline) => new(ResolvedConfig.Of(pipeline), isResolved: true);

    /// <summary>The value at a path, or null if it has none.</summary>
    /// <param name="path">
    /// As the view shows it (<c>stages.finetuned.with.learning_rate</c>, <c>runtime.device</c>), or as <c>-p</c> has it (<c>seed</c>,
    /// <c>finetuned.learning_rate</c>); an element of a list is <c>columns[0]</c>. A stage's name stands for its instances if all have the same value.
    /// </param>
    public ConfigView? Find(string path)
    {
        foreach (var full in new[] { path, "properties." + path, "stages." + path, WithOption(path) })
            if (full is not null && Below(root, full) is { } node)
                return new ConfigView(node, isResolved);
        return OfAllInstances(path) is { } same ? new ConfigView(same, isResolved) : null;
    }

    /// <summary>The value at a path.</summary>
    /// <exception cref="PipelineException">There is no value at that path.</exception>
    public ConfigView Get(string path)
    {
        if (Find(path) is { } found)
            return found;
        var paths = Paths(root, "").ToList();
        var known = paths
            .Concat(paths.Where(other => other.StartsWith("properties.", StringComparison.Ordinal)).Select(other => other["properties.".Length..]))
            .Concat(paths.Where(other => other.StartsWith("stages.", StringComparison.Ordinal)).Select(other => other["stages.".Length..].Replace(".with.", ".", StringComparison.Ordinal)));
        var remedy = Instances(path) is { Count: > 0 } instances ? $"its instances differ; name one of {string.Join(", ", instances)}"
            : DidYouMean.Nearest(path, known) is { } near ? $"did you mean '{near}'?"
            : "'tlpipe config show --resolved' shows all values";
        throw new PipelineException(null, ErrorCode.CommandLine, $"the config has no value '{path}'; {remedy}");
    }

    /// <summary>Writes it as YAML; a value alone as its text.</summary>
    /// <param name="writer">Receives the lines.</param>
    /// <param name="origins">Whether each value is followed by its origin.</param>
    public void WriteYaml(TextWriter writer, bool origins) => new NodeWriter(writer, origins, isResolved).Write(root);

    /// <summary>It as JSON.</summary>
    public JsonNode? ToJson() => ToJson(root);

    /// <summary>The origin of each value, by its path; the empty path for a value alone.</summary>
    public IReadOnlyDictionary<string, string> Origins()
    {
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(root, "");
        return origins;

        void Collect(Node node, string path)
        {
            if (node is MappingNode { Entries.IsEmpty: false } mapping)
                foreach (var entry in mapping.Entries)
                    Collect(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}");
            else
                origins[path] = NodeWriter.OriginOf(node).ToString();
        }
    }

    private static JsonNode? ToJson(Node node) => node switch
    {
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Elements.Select(ToJson)]),
        SecretNode secret => JsonValue.Create(new Secret(secret.Variable).ToString()),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Quoted: false, Text: "true" or "false" } scalar => JsonValue.Create(scalar.Text == "true"),
        ScalarNode { Quoted: false } scalar when NodeWriter.IsJsonNumber(scalar.Text) => JsonNode.Parse(scalar.Text),
        ScalarNode scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };

    private static string? WithOption(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : $"stages.{path[..dot]}.with{path[dot..]}";
    }

    /// <summary>The node below another; keys may have dots, so the longest that fits is tried first.</summary>
    private static Node? Below(Node node, string path)
    {
        if (path.Length == 0)
            return node;
        if (node is ListNode list && path[0] == '[' && path.IndexOf(']', StringComparison.Ordinal) is > 0 and var close
            && int.TryParse(path[1..close], out var index) && index >= 0 && index < list.Elements.Length)
            return Below(list.Elements[index], path[(close + 1)..].TrimStart('.'));
        if (node is not MappingNode mapping)
            return null;
        foreach (var entry in mapping.Entries.OrderByDescending(entry => entry.Key.Length))
            if (path.StartsWith(entry.Key, StringComparison.Ordinal) && (path.Length == entry.Key.Length || path[entry.Key.Length] is '.' or '['))
            {
                var rest = path[entry.Key.Length..];
                if (Below(entry.Value, rest.TrimStart('.')) is { } found)
                    return found;
                if (mapping["with"] is null && entry.Value is MappingNode stage && stage["with"] is { } with
                    && Below(with.Value, rest.TrimStart('.')) is { } option)
                    return option;
            }
        return null;
    }

    private Node? OfAllInstances(string path)
    {
        var found = Instances(path).Select(name => Below(root, "stages." + name + path[path.IndexOf('.', StringComparison.Ordinal)..])).ToList();
        return found.Count > 0 && found.All(node => node is not null && JsonNode.DeepEquals(ToJson(node), ToJson(found[0]!))) ? found[0] : null;
    }

    private List<string> Instances(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || root is not MappingNode all || all["stages"]?.Value is not MappingNode stages ? []
            : [.. stages.Entries.Select(entry => entry.Key).Where(name => name.StartsWith(path[..dot] + ".", StringComparison.Ordinal)
                && Below(root, "stages." + name + path[dot..]) is not null)];
    }

    private static IEnumerable<string> Paths(Node node, string path)
    {
        if (path.Length > 0)
            yield return path;
        if (node is MappingNode mapping)
            foreach (var entry in mapping.Entries)
                foreach (var inner in Paths(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}"))
                    yield return inner;
    }
}
