// Reads a config from its text to bound, checked and ordered stages.
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>Reads one config. Every step collects its mistakes and passes over what an earlier step reported.</summary>
internal sealed partial class PipelineReader(
    string configPath, IReadOnlyList<(string Name, string Value)> overrides, StageCatalog catalog, string currentFolder)
{
    private static readonly string[] Sections = ["name", "root", "properties", "stages", "runtime", "numerics"];

    private readonly Mistakes mistakes = new();
    private readonly Dictionary<string, ValueOrigin> origins = new(StringComparer.Ordinal);

    /// <exception cref="PipelineException">The config or an override has mistakes.</exception>
    public Pipeline Read()
    {
        var fullPath = Path.GetFullPath(configPath, currentFolder);
        var document = YamlReader.Read(configPath, ReadText(fullPath), mistakes);
        var start = new SourceLocation(configPath, 1, 1);
        if (Shape.Mapping(document, start, "the config", mistakes) is not { } config)
        {
            mistakes.ThrowIfAny();
            throw new InvalidOperationException("a config that is no mapping was not reported");
        }
        Shape.ReportUnknownKeys(config, Sections, mistakes);

        var commandLine = new Overrides(overrides, mistakes);
        var scope = Properties(config, commandLine);
        var name = Name(config, scope, fullPath);
        var root = Root(config, scope, Path.GetDirectoryName(fullPath)!);
        var scalars = new ScalarBinder(root, currentFolder, mistakes);
        var runtime = Section<RuntimeOptions>(config, "runtime", scope, scalars, options => options.Check());
        var numerics = Section<NumericsOptions>(config, "numerics", scope, scalars, _ => []);
        var stages = new StagesReader(catalog, commandLine, scope, scalars, mistakes).Read(config, start);

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
        };
    }

    private string ReadText(string fullPath)
    {
        try
        {
            return File.ReadAllText(fullPath);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(fullPath))
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"'{configPath}' is a folder; give the path of a YAML file");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"there is no config '{configPath}'; give the path of a YAML file");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"the config '{configPath}' cannot be read; look at its permissions");
        }
    }

    private PropertyScope Properties(MappingNode config, Overrides commandLine)
    {
        var properties = new Dictionary<string, Node>(StringComparer.Ordinal);
        if (config["properties"] is { } section && Shape.Mapping(section.Value, section.Location!, "properties", mistakes) is { } mapping)
            foreach (var entry in mapping.Entries)
                if (PropertyName().IsMatch(entry.Key))
                    properties[entry.Key] = entry.Value;
                else
                    mistakes.Add(entry.Location, ErrorCode.BadValue, $"'{entry.Key}' cannot name a property; use letters, digits, _ and -");

        commandLine.SetProperties(properties);
        var scope = new PropertyScope(properties, mistakes);
        scope.ExpandAll();
        return scope;
    }

    private string Name(MappingNode config, PropertyScope scope, string fullPath)
    {
        if (config["name"] is not { } entry)
            return Path.GetFileNameWithoutExtension(fullPath);
        var node = scope.Expand(entry.Value);
        if (node is ScalarNode { IsNull: false } name && FolderName().IsMatch(name.Text))
            return name.Text;
        if (node is not BrokenNode)
            mistakes.Add(node, ErrorCode.BadValue, $"{node.Described} cannot name a pipeline", "use letters, digits, '.', '_' and '-'");
        return "";
    }

    private string Root(MappingNode config, PropertyScope scope, string configFolder)
    {
        if (config["root"] is not { } entry)
            return configFolder;
        var node = scope.Expand(entry.Value);
        if (node is ScalarNode { IsNull: false, Text.Length: > 0 } root && !root.Text.Contains('\0'))
            return new ScalarBinder(configFolder, currentFolder, mistakes).FullPath(root);
        if (node is not BrokenNode)
            mistakes.Add(node, ErrorCode.BadValue, $"{node.Described} stands where the root's path belongs");
        return configFolder;
    }

    private T Section<T>(MappingNode config, string name, PropertyScope scope, ScalarBinder scalars, Func<T, IEnumerable<OptionMistake>> check)
        where T : class, new()
    {
        if (config[name] is not { } entry)
            return new T();
        var bound = new OptionBinder($"'{name}'", scalars, references: null, mistakes)
            .Bind(OptionModel.Of(typeof(T)), scope.Expand(entry.Value), entry.Location);
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
