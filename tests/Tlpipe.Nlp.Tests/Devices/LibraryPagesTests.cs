// Only what a library's file holds unchanged is given back.
using Tlpipe.Nlp.Devices;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Devices;

public sealed class LibraryPagesTests
{
    [Fact]
    public void Mappings_that_were_or_can_be_written_are_left_alone()
    {
        string[] smaps =
        [
            .. Mapping("10000000-10002000 r--p", "/a/libtorch_cpu.so", anonymous: 0),
            .. Mapping("10002000-10008000 r-xp", "/a/libtorch_cpu.so", anonymous: 0),
            .. Mapping("10008000-10009000 r--p", "/a/libtorch_cpu.so", anonymous: 4),
            .. Mapping("10009000-1000a000 rw-p", "/a/libtorch_cpu.so", anonymous: 0),
            .. Mapping("1000a000-1000b000 r--p", "/a/libc10.so", anonymous: 0),
            .. Mapping("1000b000-1000c000 r--p", "", anonymous: 0),
        ];

        var unchanged = LibraryPages.Unchanged(smaps).ToList();

        Assert.Equal([((nint)0x10000000, (nuint)0x2000), ((nint)0x10002000, (nuint)0x6000)], unchanged);
    }

    [Fact]
    public void Torch_computes_after_its_pages_were_given_back()
    {
        using var one = ComputeDevice.Host.Full(3, 64, 64);

        LibraryPages.GiveBack();
        using var product = torch.matmul(one, one);

        Assert.Equal(3 * 3 * 64, product[0, 0].item<float>());
    }

    private static string[] Mapping(string range, string path, int anonymous) =>
        [$"{range} 00000000 fe:01 1234                       {path}".TrimEnd(), "Size:                  8 kB", "Rss:                   8 kB", $"Anonymous:             {anonymous} kB", "VmFlags: rd mr mw me sd"];
}
