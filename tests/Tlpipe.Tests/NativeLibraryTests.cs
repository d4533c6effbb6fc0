// The build's edit of TorchSharp's native library.
using System.Diagnostics;

namespace Tlpipe.Tests;

public sealed class NativeLibraryTests
{
    private const string Library = "libLibTorchSharp.so";

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void A_library_other_than_the_one_that_the_edit_was_made_for_stops_the_build_and_says_what_to_do()
    {
        var (exitCode, output) = Prepare($"-p:LibTorchSharpSha256={new string('0', 64)}");

        Assert.NotEqual(0, exitCode);
        Assert.Matches(@"error : .*libLibTorchSharp\.so cannot be prepared for this system: its SHA-256 is [0-9a-f]{64}, not 0{64}\. .*Directory\.Packages\.props", output);
    }

    [Theory]
    [Trait(Tier.Name, Tier.All)]
    [InlineData("cut")]
    [InlineData("changed")]
    public void A_prepared_library_that_was_changed_since_is_prepared_again(string how)
    {
        var place = Path.Combine(Directory.CreateTempSubdirectory("tlpipe-library-").FullName, Library);
        var whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Library));
        var damaged = how == "cut" ? whole[..^1000] : [.. whole[..^1000], .. new byte[1000]];
        Assert.NotEqual(whole, damaged);
        File.WriteAllBytes(place, damaged);

        var (exitCode, output) = Prepare($"-p:RepairedLibTorchSharpPath={place}");

        Assert.True(exitCode == 0, output);
        Assert.Equal(whole, File.ReadAllBytes(place));
    }

    [Fact]
    public void The_library_beside_the_program_asks_for_no_libstdcxx_newer_than_that_of_debian_12()
    {
        var library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Library));

        // The name stays in the string table; what counts is the version entry, whose hash (vna_hash) is that of the name.
        var hash = BitConverter.GetBytes(ElfHash("GLIBCXX_3.4.32"));

        Assert.True(library.AsSpan().IndexOf("GLIBCXX_3.4.19"u8) >= 0);
        Assert.True(library.AsSpan().IndexOf(hash) < 0);
    }

    /// <summary>Lets the build prepare the library, and nothing else.</summary>
    private static (int ExitCode, string Output) Prepare(string property)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "src/Tlpipe/Tlpipe.csproj", "-nologo", "-nodeReuse:false", "-t:UseRepairedLibTorchSharp", property])
        {
            WorkingDirectory = TestFiles.Repository,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return (build.ExitCode, output);
    }

    /// <summary>The hash of symbol names in ELF files (System V ABI, "Hash Table Section").</summary>
    private static uint ElfHash(string name)
    {
        var hash = 0u;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash ^= high >> 24;
            hash &= ~high;
        }
        return hash;
    }
}
