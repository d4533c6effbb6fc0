// The build task that lets libLibTorchSharp.so load on systems whose libstdc++ ends before GLIBCXX_3.4.32.
using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of the library in which the one symbol that asks for GLIBCXX_3.4.32 no longer does.
/// That symbol (<c>std::ios_base_library_init</c>) has no effect of its own: it only makes the loader refuse an older
/// libstdc++, which initialises iostreams by itself. Its import becomes a second import of a clock function that the
/// library needs anyway, and the version entry becomes a second GLIBCXX_3.4.19. The rest of the file stays as it is.
/// </summary>
/// <remarks>ELF layout: System V ABI, "Sections" and "Symbol Table"; LSB, "Symbol Versioning" (.gnu.version_r).</remarks>
public sealed class RepairLibTorchSharp : Task
{
    private const string UnneededSymbol = "_ZSt21ios_base_library_initv";
    private const string NeededSymbol = "_ZNSt6chrono3_V212steady_clock3nowEv";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4.19";
    private const int SectionIsDynamicSymbols = 11;
    private const int SectionIsNeededVersions = 0x6ffffffe;

    private byte[] library;

    /// <summary>The library as its package holds it.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>Where the repaired copy goes.</summary>
    [Required]
    public string Destination { get; set; }

    /// <summary>SHA-256 of the only file this edit was made for, in lower-case hexadecimal.</summary>
    [Required]
    public string ExpectedSha256 { get; set; }

    public override bool Execute()
    {
        library = File.ReadAllBytes(Source);
        var found = Hexadecimal(SHA256.Create().ComputeHash(library));
        if (found != ExpectedSha256)
            return Refuse("its SHA-256 is " + found + ", not " + ExpectedSha256);

        var symbols = new Dictionary<string, int>();
        var versions = new Dictionary<string, int>();
        try
        {
            ReadTables(symbols, versions);
        }
        catch (Exception e) when (e is ArgumentException || e is IndexOutOfRangeException)
        {
            return Refuse("it is not a 64-bit ELF library");
        }
        foreach (var name in new[] { UnneededSymbol, NeededSymbol })
            if (!symbols.ContainsKey(name))
                return Refuse("it does not import " + name);
        foreach (var name in new[] { NewVersion, OldVersion })
            if (!versions.ContainsKey(name))
                return Refuse("it does not need " + name);

        Array.Copy(library, symbols[NeededSymbol], library, symbols[UnneededSymbol], 4);    // st_name
        Array.Copy(library, versions[OldVersion], library, versions[NewVersion], 4);         // vna_hash
        Array.Copy(library, versions[OldVersion] + 8, library, versions[NewVersion] + 8, 4); // vna_name
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var unfinished = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(unfinished, library);
        File.SetLastWriteTimeUtc(unfinished, File.GetLastWriteTimeUtc(Source));
        File.Delete(Destination);
        File.Move(unfinished, Destination);
        return true;
    }

    private void ReadTables(Dictionary<string, int> symbols, Dictionary<string, int> versions)
    {
        var sections = Sections();
        var table = sections.Find(s => s.Type == SectionIsDynamicSymbols);
        var names = sections[table.Link];
        for (var entry = table.Offset; entry < table.Offset + table.Size; entry += 24)
            symbols[Text(names.Offset + Int32(entry))] = entry;

        var needs = sections.Find(s => s.Type == SectionIsNeededVersions);
        var need = needs.Offset;
        for (var i = 0; i < needs.Info; i++)
        {
            var version = need + Int32(need + 8);
            for (var j = 0; j < BitConverter.ToUInt16(library, need + 2); j++)
            {
                versions[Text(names.Offset + Int32(version + 8))] = version;
                version += Int32(version + 12);
            }
            need += Int32(need + 12);
        }
    }

    private List<Section> Sections()
    {
        var headers = checked((int)BitConverter.ToInt64(library, 0x28));
        int size = BitConverter.ToUInt16(library, 0x3A), count = BitConverter.ToUInt16(library, 0x3C);
        var sections = new List<Section>();
        for (var i = 0; i < count; i++)
        {
            var header = headers + i * size;
            sections.Add(new Section
            {
                Type = Int32(header + 4),
                Offset = (int)BitConverter.ToInt64(library, header + 24),
                Size = (int)BitConverter.ToInt64(library, header + 32),
                Link = Int32(header + 40),
                Info = Int32(header + 44),
            });
        }
        return sections;
    }

    private int Int32(int offset) => BitConverter.ToInt32(library, offset);

    private string Text(int offset) => Encoding.ASCII.GetString(library, offset, Array.IndexOf(library, (byte)0, offset) - offset);

    private bool Refuse(string reason)
    {
        Log.LogError("{0} cannot be prepared for this system: {1}. The edit in src/NativeLibrary was made for TorchSharp 0.107.0; "
            + "after a change of TorchSharp's version check whether it is still needed, and update LibTorchSharpSha256 and RepairedLibTorchSharpSha256 in Directory.Packages.props.",
            Source, reason);
        return false;
    }

    private static string Hexadecimal(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();

    private struct Section
    {
        public int Type, Offset, Size, Link, Info;
    }
}
