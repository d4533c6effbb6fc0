// Reads a config from its text to bound, checked and ordered stages.
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>Reads one config. Every step collects its mistakes and skips those that an earlier step reported.</summary>
internal sealed partial class PipelineReader(
    string configPath, IReadOnlyList<(string Name, string Value)> overrides, StageCatalog catalog, string currentFolder)
{
    /// <summary>The keys at the top of a config.</summary>
    internal static readonly string[] Sections = ["name", "root", "imports", "properties", "targets", "stages", "runtime", "numerics"];

    private readonly Mistakes mistakes = new();
    private readonly Dictionary<string, ValueOrigin> origins = new(StringComparer.Ordinal);

    /// <exception cref="PipelineException">The config or an override has mistakes.</exception>
    public Pipeline Read()
    {
        var start = new SourceLocation(configPath, 1, 1);
        var commandLine = new Overrides(overrides, mistakes);
        var sources = new ConfigSources(configPath, currentFolder, commandLine, mistakes);
        if (sources.Read() is not { } config)
        {
            mistakes.ThrowIfAny();
            throw new InvalidOperationException("a config that is not a mapping was not reported");
        }

        var properties = Properties(config, commandLine);
        var scope = new PropertyScope(properties, mistakes);
        var expanded = scope.ExpandAll();
        var name = Name(config, scope);
        var root = Root(config, scope, sources);
        var scalars = new ScalarBinder(root, currentFolder, mistakes);
        var runtime = Section<RuntimeOptions>(config, "runtime", scope, scalars, commandLine, options => options.Check());
        var numerics = Section<NumericsOptions>(config, "numerics", scope, scalars, commandLine, _ => []);
        var reader = new StagesReader(catalog, commandLine, scope, scalars, mistakes);
        var stages = reader.Read(config, start);

        mistakes.ThrowIfAny();
        return new Pipeline
        {
            Name = name,
            ConfigPath = configPath,
            Root = root,
            Runtime = runtime,
            Numerics = numerics,
            Stages = stages,
            Origins = origins,
            Targets = reader.Targets,
            Warnings = mistakes.Warnings,
            Document = commandLine.AppliedTo(config, catalog),
            Properties = expanded,
        };
    }

    private Dictionary<string, Node> Properties(MappingNode config, Overrides commandLine)
    {
        var properties = new Dictionary<string, Node>(StringComparer.Ordinal);
        if (config["properties"] is { } section && Shape.Mapping(section.Value, section.Location!, "properties", mistakes) is { } mapping)
            foreach (var entry in mapping.Entries)
                if (PropertyName().IsMatch(entry.Key))
                    properties[entry.Key] = entry.Value;
                else
                    mistakes.Add(entry.Location, ErrorCode.BadValue, $"'{entry.Key}' cannot name a property; use letters, digits, _ and -");

        commandLine.SetProperties(properties);
        return properties;
    }

    private string Name(MappingNode config, PropertyScope scope)
    {
        if (config["name"] is not { } entry)
            return Path.GetFileNameWithoutExtension(configPath);
        var node = scope.Expand(entry.Value);
        if (node is ScalarNode { IsNull: false } name && FolderName().IsMatch(name.Text))
            return name.Text;
        if (node is not BrokenNode)
            mistakes.Add(node, ErrorCode.BadValue, $"{node.Described} cannot name a pipeline", "use letters, digits, '.', '_' and '-'");
        return "";
    }

    /// <summary>The root is relative to the folder of the file that names it, an import's to the import's.</summary>
    private string Root(MappingNode config, PropertyScope scope, ConfigSources sources)
    {
        if (config["root"] is not { } entry)
            return sources.FolderOf(configPath);
        var configFolder = sources.FolderOf(entry.Location!.File);
        var node = scope.Expand(entry.Value);
        if (node is ScalarNode { IsNull: false, Text.Length: > 0 } root && !root.Text.Contains('\0'))
            return new ScalarBinder(configFolder, currentFolder, mistakes).FullPath(root);
        if (node is not BrokenNode)
            mistakes.Add(node, ErrorCode.BadValue, $"{node.Described} stands where the root's path belongs");
        return configFolder;
    }

    private T Section<T>(
        MappingNode config, string name, PropertyScope scope, ScalarBinder scalars, Overrides commandLine, Func<T, IEnumerable<OptionMistake>> check)
        where T : class, new()
    {
        var entry = config[name];
        var model = OptionModel.Of(typeof(T));
        var node = entry is null ? null : scope.Expand(entry.Value);
        if (config["stages"]?.Value is not MappingNode stages || stages[name] is null)
            node = commandLine.ApplySection(name, model, node, value => scope.Expand(value));
        var bound = new OptionBinder($"'{name}'", scalars, references: null, mistakes).Bind(model, node, entry?.Location);
        foreach (var (option, origin) in bound.Places)
            origins[$"{name}.{option}"] = origin;
        if (bound.Options is not T options)
            return new T();
        foreach (var mistake in check(options))
        {
            mistakes.Add(bound.Places[mistake.Option], ErrorCode.BadValue, $"{mistake.Option}: {mistake.Message}");
        }
        return options;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PropertyName();

    [GeneratedRegex(@"^[\p{L}\p{Nd}_][\p{L}\p{Nd}._-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex FolderName();
}
