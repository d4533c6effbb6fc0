// The doc comments of stages and options, which are also their user documentation.
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tlpipe.Reference;

/// <summary>Reads summaries from the documentation files beside the assemblies.</summary>
internal static partial class DocComments
{
    private static readonly Dictionary<Assembly, Dictionary<string, string>> Loaded = [];

    /// <summary>A class's summary.</summary>
    public static string Of(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    /// <summary>A property's summary, from the class that declares it.</summary>
    public static string Of(PropertyInfo property)
    {
        var owner = property.DeclaringType ?? throw new ArgumentException($"{property.Name} has no class");
        return Find(owner.Assembly, $"P:{owner.FullName}.{property.Name}");
    }

    private static string Find(Assembly assembly, string member)
    {
        if (!Loaded.TryGetValue(assembly, out var texts))
            Loaded[assembly] = texts = Load(assembly);
        return texts.GetValueOrDefault(member, "");
    }

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path))
            return [];
        return XDocument.Load(path).Descendants("member")
            .Where(m => m.Attribute("name") is not null && m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => Plain(m.Element("summary")!));
    }

    private static string Plain(XElement summary)
    {
        foreach (var reference in summary.Descendants("see").ToList())
            reference.ReplaceWith(Named(reference.Attribute("cref")?.Value ?? ""));
        return Spaces().Replace(summary.Value, " ").Trim();
    }

    /// <summary>A property by its name as an option, anything else by its own.</summary>
    private static string Named(string reference)
    {
        var name = reference.Split('.', ':')[^1];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.SnakeCaseLower.ConvertName(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
