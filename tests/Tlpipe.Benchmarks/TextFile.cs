// Texts, one a line, as the peer reads them.
using System.Text;
using Tlpipe.Nlp.Tables;

namespace Tlpipe.Benchmarks;

/// <summary>A file with a text in each line.</summary>
internal static class TextFile
{
    /// <summary>Writes the column <c>text</c> of a table; line ends within a text become spaces.</summary>
    public static void Write(string parquet, string output)
    {
        var texts = ParquetTables.Read(parquet, ["text"]).Texts("text").OfType<string>();
        File.WriteAllText(output, string.Join('\n', texts.Select(text => text.ReplaceLineEndings(" "))), new UTF8Encoding(false));
    }

    public static string[] Read(string path) => File.ReadAllText(path).Split('\n');

    /// <summary>So many texts, over and over those of a file.</summary>
    public static string[] Cycle(string[] texts, int count)
    {
        var cycled = new string[count];
        for (var i = 0; i < count; i++)
            cycled[i] = texts[i % texts.Length];
        return cycled;
    }
}
