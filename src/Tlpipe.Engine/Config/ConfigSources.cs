// Reads a config and its imports into one mapping.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>
/// Reads a config and what it imports. An import comes before the file that imports it, in the order of the list, each file once, and what comes
/// later wins. A path or <c>when:</c> of an import can use the properties of the files that import it and those of the command line: nothing that
/// is read afterwards can change them.
/// </summary>
internal sealed class ConfigSources(string configPath, string currentFolder, Overrides overrides, Mistakes mistakes)
{
    private static readonly string[] ImportKeys = ["path", "when"];

    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> imported = new(StringComparer.Ordinal);

    /// <summary>The config with its imports merged into it; null if it is not a mapping (reported).</summary>
    /// <exception cref="PipelineException">The config cannot be read or is not YAML.</exception>
    public MappingNode? Read()
    {
        var fullPath = Path.GetFullPath(configPath, currentFolder);
        Meet(configPath, fullPath);
        var document = YamlReader.Read(configPath, SourceText.Read(configPath, fullPath), mistakes);
        if (Shape.Mapping(document, new SourceLocation(configPath, 1, 1), "the config", mistakes) is not { } config)
            return null;
        return WithImports(config, configPath, [fullPath], new Dictionary<string, Node>(StringComparer.Ordinal));
    }

    /// <summary>The folder, absolute, of a file that was read.</summary>
    /// <param name="file">Its path as messages show it.</param>
    public string FolderOf(string file) => folders[file];

    /// <param name="config">The content of the file.</param>
    /// <param name="file">The file's path as messages show it.</param>
    /// <param name="chain">The files from the config to this one, absolute.</param>
    /// <param name="decided">The properties of the files that import this one.</param>
    private MappingNode WithImports(MappingNode config, string file, string[] chain, Dictionary<string, Node> decided)
    {
        Shape.ReportUnknownKeys(config, PipelineReader.Sections, mistakes);
        if (config["imports"] is not { } imports)
            return config;

        decided = new Dictionary<string, Node>(decided, StringComparer.Ordinal);
        if (config["properties"]?.Value is MappingNode own)
            foreach (var entry in own.Entries)
                decided.TryAdd(entry.Key, entry.Value);
        foreach (var (name, value) in overrides.Properties)
            decided[name] = value;
        var scope = new PropertyScope(decided, mistakes)
        {
            UndefinedRemedy = "an import can use the properties of the files that import it, and -p",
        };

        var merged = new MappingNode { Location = config.Location, Entries = [] };
        foreach (var element in imports.Value is ListNode list ? list.Elements : [imports.Value])
            if (PathOf(element, scope) is { } path && Import(path, file, chain, decided) is { } import)
                merged = ConfigMerge.Merge(merged, import, mistakes);
        return ConfigMerge.Merge(merged, config with { Entries = config.Entries.Remove(imports) }, mistakes);
    }

    /// <summary>The path of an import, or null if it is left out or wrong (reported).</summary>
    private ScalarNode? PathOf(Node element, PropertyScope scope)
    {
        var path = element;
        if (element is MappingNode mapping)
        {
            Shape.ReportUnknownKeys(mapping, ImportKeys, mistakes);
            if (mapping["path"] is not { } entry)
            {
                mistakes.Add(element, ErrorCode.MissingKey, "an import without 'path'", "say which file to import");
                return null;
            }
            var conditions = new Conditions(scope, mistakes);
            if (mapping["when"] is { } when && !(conditions.Parse(when.Value) is { } condition && conditions.Holds(condition) == true))
                return null;
            path = entry.Value;
        }
        path = scope.Expand(path);
        if (path is ScalarNode { IsNull: false, Text.Length: > 0 } text && !text.Text.Contains('\0'))
            return text;
        if (path is not BrokenNode)
            mistakes.Add(path, ErrorCode.WrongShape, $"imports: {path.Described} stands where the path of a config belongs");
        return null;
    }

    private MappingNode? Import(ScalarNode path, string importer, string[] chain, Dictionary<string, Node> decided)
    {
        var fullPath = Path.GetFullPath(path.Text, path.FromCommandLine ? currentFolder : folders[importer]);
        var shown = path.FromCommandLine ? path.Text : Path.Combine(Path.GetDirectoryName(importer) ?? "", path.Text);
        if (chain.Contains(fullPath))
        {
            var circle = chain.SkipWhile(file => file != fullPath).Append(fullPath).Select(Path.GetFileName);
            mistakes.Add(path, ErrorCode.Cycle, $"configs import each other: {string.Join(" imports ", circle)}", "leave this import out");
            return null;
        }
        if (!imported.Add(fullPath))
            return null;
        try
        {
            Meet(shown, fullPath);
            var document = YamlReader.Read(shown, SourceText.Read(shown, fullPath), mistakes);
            return Shape.Mapping(document, new SourceLocation(shown, 1, 1), "the import", mistakes) is { } config
                ? WithImports(config, shown, [.. chain, fullPath], decided)
                : null;
        }
        catch (PipelineException problem)
        {
            foreach (var mistake in problem.Diagnostics)
                if (mistake.Location is null)
                    mistakes.Add(path, ErrorCode.Import, $"imports: {mistake.Message}");
                else
                    mistakes.Add(problem);
            return null;
        }
    }

    private void Meet(string file, string fullPath)
    {
        mistakes.Meet(file);
        folders[file] = Path.GetDirectoryName(fullPath)!;
    }
}
