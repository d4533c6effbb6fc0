// The arrows between projects and between folders, as the compiler sees them; docs/architecture.md shows them.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tlpipe.Tests;

/// <summary>A folder is a namespace, so an arrow is a name in a file of one namespace for a type, or an extension method, of another.</summary>
[Trait(Tier.Name, Tier.All)]
public sealed class LayeringTests
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    /// <summary>The projects that each project may see.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Tlpipe.Formats"] = [],
        ["Tlpipe.Engine"] = ["Tlpipe.Formats"],
        ["Tlpipe.Tables"] = ["Tlpipe.Formats"],
        ["Tlpipe.Text"] = ["Tlpipe.Formats"],
        ["Tlpipe.Nlp"] = ["Tlpipe.Formats", "Tlpipe.Tables", "Tlpipe.Text"],
        ["Tlpipe.Stages"] = ["Tlpipe.Formats", "Tlpipe.Tables", "Tlpipe.Text", "Tlpipe.Nlp", "Tlpipe.Engine"],
        ["Tlpipe"] = ["Tlpipe.Formats", "Tlpipe.Tables", "Tlpipe.Text", "Tlpipe.Nlp", "Tlpipe.Engine", "Tlpipe.Stages"],
    };

    private static readonly Lazy<CSharpCompilation> Sources = new(() => Compile(ReadSources()));

    private static readonly Lazy<IReadOnlySet<(string From, string To)>> Arrows = new(() => ArrowsOf(Sources.Value, Sources.Value.SyntaxTrees));

    [Fact]
    public void Projects_use_only_those_below_them()
    {
        Assert.Equal(Allowed.Keys.Order(), Directory.EnumerateDirectories(Source, "Tlpipe*").Select(Path.GetFileName).Order());
        Assert.True(Arrows.Value.Count > 200, $"{Arrows.Value.Count} arrows");
        Assert.Empty(AgainstThePlan(Arrows.Value));
    }

    [Fact]
    public void No_folder_depends_on_one_that_depends_on_it() => Assert.Empty(Cycles(Arrows.Value));

    [Fact]
    public void Namespaces_are_folders() => Assert.All(Sources.Value.SyntaxTrees, tree =>
    {
        if (Namespace(tree) is { } name)
            Assert.Equal(Path.GetRelativePath(Source, Path.GetDirectoryName(tree.FilePath)!).Replace(Path.DirectorySeparatorChar, '.'), name);
    });

    [Fact]
    public void Folders_of_a_project_have_names_of_different_stems()
    {
        var folders = Arrows.Value.Select(arrow => arrow.From).Distinct().Where(folder => folder != Project(folder)).ToList();

        Assert.True(folders.Count > 40, $"{folders.Count} folders");
        Assert.DoesNotContain(folders.GroupBy(folder => (Project(folder), Stem(folder.Split('.')[^1]))), group => group.Count() > 1);
        Assert.Equal(Stem("Reports"), Stem("Reporters"));
        Assert.Equal(Stem("Runs"), Stem("Running"));
    }

    [Fact]
    public void An_arrow_against_the_plan_is_found_and_so_is_a_cycle()
    {
        var upwards = Parse("using Tlpipe.Tables; namespace Tlpipe.Text.Sampling; internal static class Upwards { public static int Rows(Table table) => table.Count; }");
        var back = Parse("using Tlpipe.Engine.Plan; namespace Tlpipe.Engine.Store; internal static class Back { public static Selection? Selection => null; }");
        var changed = Sources.Value.AddSyntaxTrees(upwards, back);

        var arrows = Arrows.Value.Concat(ArrowsOf(changed, [upwards, back])).ToHashSet();

        Assert.Equal(["Tlpipe.Text.Sampling -> Tlpipe.Tables"], AgainstThePlan(arrows));
        var cycle = Cycles(arrows).Single().Split(' ');
        Assert.Contains("Tlpipe.Engine.Plan", cycle);
        Assert.Contains("Tlpipe.Engine.Store", cycle);
    }

    private static string Source => Path.Combine(TestFiles.Repository, "src");

    private static List<string> AgainstThePlan(IEnumerable<(string From, string To)> arrows) =>
    [
        .. arrows.Where(arrow => Project(arrow.From) != Project(arrow.To) && !Allowed[Project(arrow.From)].Contains(Project(arrow.To)))
            .Select(arrow => $"{arrow.From} -> {arrow.To}").Order(StringComparer.Ordinal),
    ];

    /// <summary>Groups of folders each of which reaches the others.</summary>
    private static List<string> Cycles(IReadOnlySet<(string From, string To)> arrows)
    {
        var reached = arrows.Select(arrow => arrow.From).Distinct().ToDictionary(from => from, from => ReachedFrom(from, arrows));
        return
        [
            .. reached.Where(folder => folder.Value.Contains(folder.Key))
                .Select(folder => string.Join(' ', folder.Value.Where(other => reached.TryGetValue(other, out var back) && back.Contains(folder.Key)).Order(StringComparer.Ordinal)))
                .Distinct(),
        ];
    }

    private static HashSet<string> ReachedFrom(string folder, IReadOnlySet<(string From, string To)> arrows)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>([folder]);
        while (next.TryPop(out var at))
            foreach (var (_, to) in arrows.Where(arrow => arrow.From == at))
                if (reached.Add(to))
                    next.Push(to);
        return reached;
    }

    private static HashSet<(string From, string To)> ArrowsOf(CSharpCompilation compilation, IEnumerable<SyntaxTree> trees)
    {
        var arrows = new HashSet<(string From, string To)>();
        foreach (var tree in trees)
        {
            if (Namespace(tree) is not { } from)
                continue;
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>())
                if (TypeOf(model.GetSymbolInfo(name)) is { } type && type.ContainingNamespace.ToDisplayString() is var to && to.StartsWith("Tlpipe", StringComparison.Ordinal) && to != from)
                    arrows.Add((from, to));
        }
        return arrows;
    }

    private static INamedTypeSymbol? TypeOf(SymbolInfo info) => (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType,
        IMethodSymbol { IsExtensionMethod: true } extension => extension.ContainingType,
        _ => null,
    };

    private static string? Namespace(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    /// <summary>Tlpipe.Engine of Tlpipe.Engine.Store; Tlpipe of Tlpipe.Commands.</summary>
    private static string Project(string folder) => Allowed.Keys.Where(project => (folder + ".").StartsWith(project + ".", StringComparison.Ordinal)).MaxBy(project => project.Length)!;

    /// <summary>What Report, Reports, Reporter and Reporting have in common.</summary>
    private static string Stem(string name)
    {
        foreach (var ending in new[] { "ers", "er", "ning", "ing", "ions", "ion", "es", "s", "e" })
            if (name.EndsWith(ending, StringComparison.Ordinal))
                return name[..^ending.Length];
        return name;
    }

    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
        "Tlpipe",
        [.. trees, Parse(ImplicitUsings)],
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("tlpipe", StringComparison.OrdinalIgnoreCase)).Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static IEnumerable<SyntaxTree> ReadSources() => Allowed.Keys
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories))
        .Where(path => !Path.GetRelativePath(Source, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Select(path => Parse(File.ReadAllText(path), path));

    private static SyntaxTree Parse(string text, string path = "") => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse), path);
}
