// How fast a device multiplies matrices: the yardstick for every training time.
using System.Diagnostics;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Speed;

/// <summary>Measures matrix products.</summary>
public static class MatrixSpeed
{
    private const int Rows = 1024;
    private const int Width = 768;
    private const int Inner = 3072;

    /// <summary>Floating-point operations a second of the product of a BERT-base feed-forward layer, over about half a second.</summary>
    public static double Measure(ComputeDevice device, ComputeType type)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var left = device.Ones(Rows, Width).to(type.ScalarType());
        var right = device.Ones(Inner, Width).to(type.ScalarType());
        var bias = device.Zeros(Inner).to(type.ScalarType());
        Product()[0, 0].to(torch.ScalarType.Float32).item<float>();

        var watch = Stopwatch.StartNew();
        var products = 0;
        while (watch.Elapsed.TotalSeconds < 0.5)
        {
            using var step = torch.NewDisposeScope();
            // Reading one number waits for a GPU to be done.
            Product()[0, 0].to(torch.ScalarType.Float32).item<float>();
            products++;
        }
        return 2.0 * Rows * Width * Inner * products / watch.Elapsed.TotalSeconds;

        Tensor Product() => KernelSet.Product(left, right, bias, type.ScalarType());
    }
}
