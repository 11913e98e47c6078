// The parts of Asio and Beast that need compiling only once (BOOST_ASIO_SEPARATE_COMPILATION and
// BOOST_BEAST_SEPARATE_COMPILATION are set for the whole room).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
